import type { Coupons, LatestOrders, Minute, Period, Popular, TopLocations } from '@orderpulse/contracts';
import type { Fresh, Interval, OlapStore } from '../port';
import { checkInterval, checkLimit, overviewSpan } from '../shared/arguments';
import { toLatestOrder } from '../shared/latest-order';
import { MINUTE_MS, minuteRows, minuteSpan } from '../shared/minutes';
import { exactInteger, timeOrNull } from '../shared/numbers';
import { toFigureSums, toPeriod, type FigureSums } from '../shared/period';
import { popularOf, topLocationsOf } from '../shared/rankings';
import { Database, type DatabaseOptions } from './database';
import { probePostgresTables } from './postgres-olap-admin';

/** The sums of the five figure columns, as one array in the order of FIGURE_COLUMNS; zeros when there are no rows. */
const SUMS = `ARRAY[coalesce(sum(orders), 0), coalesce(sum(created_revenue_cents), 0), coalesce(sum(fraud_orders), 0),
  coalesce(sum(delivered_orders), 0), coalesce(sum(refunded_orders), 0)]::text[] AS sums`;

const IN_INTERVAL = 'event_time_ms >= $1 AND event_time_ms < $2';

interface Group {
  name: string;
  orders: string;
}

interface StoredOrder {
  order_id: string;
  created_time_ms: string;
  order_total: number;
  currency: string;
  customer_id: string;
  line_quantities: string[];
}

/** The named queries on the tables that PostgresOlapIngester fills. The watermark is that of its last committed batch. */
export class PostgresOlapStore implements OlapStore {
  readonly kind = 'postgres';
  private readonly database: Database;

  constructor(options: DatabaseOptions) {
    this.database = new Database(options);
  }

  async period(interval: Interval): Promise<Fresh<{ period: Period }>> {
    checkInterval(interval);
    return await this.fresh(async () => ({ period: toPeriod(await this.sums(interval)) }));
  }

  async overview(asOfMs: number): Promise<Fresh<{ current: Period; previous: Period }>> {
    const { fromMs, middleMs, toMs } = overviewSpan(asOfMs);
    return await this.fresh(async () => {
      const rows = await this.database.query<{ current: boolean; sums: string[] }>(
        `SELECT event_time_ms >= $3 AS current, ${SUMS} FROM olap.order_events WHERE ${IN_INTERVAL} GROUP BY 1`,
        [fromMs, toMs, middleMs],
      );
      const of = (current: boolean): Period =>
        toPeriod(toFigureSums(rows.find((row) => row.current === current)?.sums ?? [0, 0, 0, 0, 0]));
      return { current: of(true), previous: of(false) };
    });
  }

  async popular(interval: Interval, limit: number): Promise<Fresh<Omit<Popular, 'meta'>>> {
    checkInterval(interval);
    checkLimit(limit);
    return await this.fresh(() =>
      popularOf(async (column) => {
        const rows = await this.database.query<Group & { quantity: string }>(
          `SELECT ${column} AS name, count(DISTINCT order_id) AS orders, sum(quantity) AS quantity
           FROM olap.order_lines WHERE ${IN_INTERVAL} GROUP BY ${column} ORDER BY sum(quantity) DESC, ${column} LIMIT $3`,
          [interval.fromMs, interval.toMs, limit],
        );
        return rows.map(({ name, orders, quantity }) => [name, orders, quantity]);
      }),
    );
  }

  async ordersPerMinute(asOfMs: number, minutes: number, timeZone: string): Promise<Fresh<{ rows: Minute[] }>> {
    checkLimit(minutes, 'minutes');
    const span = minuteSpan(asOfMs, minutes);
    checkInterval(span);
    return await this.fresh(async () => {
      const rows = await this.database.query<{ start: string; sums: string[] }>(
        `SELECT event_time_ms - event_time_ms % $3 AS start, ${SUMS} FROM olap.order_events WHERE ${IN_INTERVAL} GROUP BY 1`,
        [span.fromMs, span.toMs, MINUTE_MS],
      );
      const sums = new Map(rows.map((row) => [exactInteger(row.start, 'minute'), toFigureSums(row.sums)]));
      return { rows: minuteRows(span, sums, timeZone) };
    });
  }

  async latestOrders(limit: number): Promise<Fresh<Omit<LatestOrders, 'meta'>>> {
    checkLimit(limit);
    return await this.fresh(async () => {
      const rows = await this.database.query<StoredOrder>(
        `SELECT order_id, created_time_ms, order_total, currency, customer_id, line_quantities FROM olap.orders
         WHERE NOT deleted ORDER BY created_time_ms DESC, order_id LIMIT $1`,
        [limit],
      );
      return { rows: rows.map(readOrder).map(toLatestOrder) };
    });
  }

  async coupons(interval: Interval, limit: number): Promise<Fresh<Omit<Coupons, 'meta'>>> {
    checkInterval(interval);
    checkLimit(limit);
    return await this.fresh(async () => {
      const rows = await this.database.query<Group>(
        `SELECT coupon AS name, count(DISTINCT order_id) AS orders
         FROM olap.order_events CROSS JOIN LATERAL unnest(coupons) AS coupon
         WHERE ${IN_INTERVAL} AND orders = 1 AND coupon <> '' GROUP BY coupon ORDER BY 2 DESC, coupon LIMIT $3`,
        [interval.fromMs, interval.toMs, limit],
      );
      return {
        rows: rows.map(({ name, orders }) => ({ coupon_code: name, times_used: exactInteger(orders, 'times_used') })),
      };
    });
  }

  async topLocations(interval: Interval, limit: number): Promise<Fresh<Omit<TopLocations, 'meta'>>> {
    checkInterval(interval);
    checkLimit(limit);
    return await this.fresh(() =>
      topLocationsOf(async (column) => {
        const rows = await this.database.query<Group>(
          `SELECT ${column} AS name, sum(orders) AS orders FROM olap.order_events
           WHERE ${IN_INTERVAL} AND orders = 1 AND ${column} <> '' GROUP BY ${column} ORDER BY 2 DESC, ${column} LIMIT $3`,
          [interval.fromMs, interval.toMs, limit],
        );
        return rows.map(({ name, orders }) => [name, orders]);
      }),
    );
  }

  async totals(): Promise<Fresh<{ events: number; period: Period }>> {
    return await this.fresh(async () => {
      const [row] = await this.database.query<{ events: string; sums: string[] }>(
        `SELECT count(*) AS events, ${SUMS} FROM olap.order_events`,
      );
      return { events: exactInteger(row?.events, 'events'), period: toPeriod(toFigureSums(row?.sums ?? [])) };
    });
  }

  async ping(): Promise<void> {
    await probePostgresTables(this.database);
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private async sums({ fromMs, toMs }: Interval): Promise<FigureSums> {
    const [row] = await this.database.query<{ sums: string[] }>(
      `SELECT ${SUMS} FROM olap.order_events WHERE ${IN_INTERVAL}`,
      [fromMs, toMs],
    );
    return toFigureSums(row?.sums ?? []);
  }

  /** The watermark is read first, so that the answer holds at least what it promises. One server answers whole or not at all. */
  private async fresh<T>(answer: () => Promise<T>): Promise<Fresh<T>> {
    const [row] = await this.database.query<{ watermark: string | null }>(
      'SELECT max(watermark_ms) AS watermark FROM olap.ingest_offsets',
    );
    return { ...(await answer()), watermarkMs: timeOrNull(row?.watermark, 'watermark'), partial: false };
  }
}

function readOrder(row: StoredOrder): Parameters<typeof toLatestOrder>[0] {
  return {
    orderId: row.order_id,
    createdTimeMs: exactInteger(row.created_time_ms, 'created_time_ms'),
    orderTotal: row.order_total,
    currency: row.currency,
    customerId: row.customer_id,
    quantities: row.line_quantities.map((quantity) => exactInteger(quantity, 'quantity')),
  };
}
