import type { Coupons, LatestOrders, Minute, Period, Popular, TopLocations } from '@orderpulse/contracts';
import type { Fresh, Interval, OlapStore } from '../port';
import { checkInterval, checkLimit, overviewSpan } from '../shared/arguments';
import { toLatestOrder, type OrderRow } from '../shared/latest-order';
import { minuteRows, minuteSpan } from '../shared/minutes';
import { exactInteger, timeOrNull } from '../shared/numbers';
import { toFigureSums, toPeriod } from '../shared/period';
import { popularOf, topLocationsOf } from '../shared/rankings';
import { BrokerClient } from './broker-client';
import type { HttpOptions } from './http';
import { probePinotTables } from './pinot-olap-admin';
import { inInterval, literal, SUMS } from './sql';

/** Where the broker is. */
export interface PinotStoreOptions extends Omit<HttpOptions, 'baseUrl'> {
  brokerUrl: string;
}

type Rows = readonly (readonly unknown[])[];
type Ask = (sql: string) => Promise<Rows>;

const MINUTE_START = `DATETRUNC('MINUTE', event_time_ms)`;
const NO_ROW = [0, 0, 0, 0, 0];

/** Stands first in every list of quantities. Pinot takes an empty list for no value, and a partial upsert would keep the old one. */
const NO_QUANTITY = -1;

/** The named queries on the Pinot tables declared in infra/pinot, over the broker's single-stage engine. */
export class PinotOlapStore implements OlapStore {
  readonly kind = 'pinot';
  private readonly broker: BrokerClient;

  constructor({ brokerUrl, ...http }: PinotStoreOptions) {
    this.broker = new BrokerClient({ baseUrl: brokerUrl, ...http });
  }

  async period(interval: Interval): Promise<Fresh<{ period: Period }>> {
    checkInterval(interval);
    return await this.fresh(async (ask) => {
      const [row] = await ask(`SELECT ${SUMS} FROM order_events WHERE ${inInterval(interval)} LIMIT 1`);
      return { period: toPeriod(toFigureSums(row ?? NO_ROW)) };
    });
  }

  async overview(asOfMs: number): Promise<Fresh<{ current: Period; previous: Period }>> {
    const { middleMs, ...span } = overviewSpan(asOfMs);
    const isCurrent = `CASE WHEN event_time_ms >= ${literal(middleMs)} THEN 1 ELSE 0 END`;
    return await this.fresh(async (ask) => {
      const rows = await ask(
        `SELECT ${isCurrent}, ${SUMS} FROM order_events WHERE ${inInterval(span)} GROUP BY ${isCurrent} LIMIT 2`,
      );
      const of = (current: number): Period =>
        toPeriod(toFigureSums(rows.find(([group]) => Number(group) === current)?.slice(1) ?? NO_ROW));
      return { current: of(1), previous: of(0) };
    });
  }

  async popular(interval: Interval, limit: number): Promise<Fresh<Omit<Popular, 'meta'>>> {
    checkInterval(interval);
    checkLimit(limit);
    return await this.fresh((ask) =>
      popularOf((column) =>
        ask(
          `SELECT ${column}, DISTINCTCOUNT(order_id), SUM(quantity) FROM order_lines WHERE ${inInterval(interval)} ` +
            `GROUP BY ${column} ORDER BY SUM(quantity) DESC, ${column} LIMIT ${literal(limit)}`,
        ),
      ),
    );
  }

  async ordersPerMinute(asOfMs: number, minutes: number, timeZone: string): Promise<Fresh<{ rows: Minute[] }>> {
    checkLimit(minutes, 'minutes');
    const span = minuteSpan(asOfMs, minutes);
    checkInterval(span);
    return await this.fresh(async (ask) => {
      const rows = await ask(
        `SELECT ${MINUTE_START}, ${SUMS} FROM order_events WHERE ${inInterval(span)} GROUP BY ${MINUTE_START} LIMIT ${literal(minutes)}`,
      );
      const sums = new Map(rows.map(([start, ...figures]) => [exactInteger(start, 'minute'), toFigureSums(figures)]));
      return { rows: minuteRows(span, sums, timeZone) };
    });
  }

  async latestOrders(limit: number): Promise<Fresh<Omit<LatestOrders, 'meta'>>> {
    checkLimit(limit);
    return await this.fresh(async (ask) => {
      const rows = await ask(
        'SELECT order_id, created_time_ms, order_total, currency, customer_id, line_quantities FROM orders ' +
          `WHERE deleted = false ORDER BY created_time_ms DESC, order_id LIMIT ${literal(limit)}`,
      );
      return { rows: rows.map(readOrder).map(toLatestOrder) };
    });
  }

  async coupons(interval: Interval, limit: number): Promise<Fresh<Omit<Coupons, 'meta'>>> {
    checkInterval(interval);
    checkLimit(limit);
    return await this.fresh(async (ask) => {
      // Grouping by a column of lists counts an order under each of its codes, and twice under a code that it has twice:
      // hence the distinct count. Orders without a code stand under '', which may be one of the rows asked for.
      const rows = await ask(
        `SELECT coupons, DISTINCTCOUNT(order_id) FROM order_events WHERE ${inInterval(interval)} AND orders = 1 ` +
          `GROUP BY coupons ORDER BY DISTINCTCOUNT(order_id) DESC, coupons LIMIT ${literal(limit + 1)}`,
      );
      const codes = rows.filter(([code]) => code !== '').slice(0, limit);
      return {
        rows: codes.map(([code, orders]) => ({
          coupon_code: String(code),
          times_used: exactInteger(orders, 'times_used'),
        })),
      };
    });
  }

  async topLocations(interval: Interval, limit: number): Promise<Fresh<Omit<TopLocations, 'meta'>>> {
    checkInterval(interval);
    checkLimit(limit);
    return await this.fresh((ask) =>
      topLocationsOf((column) =>
        ask(
          `SELECT ${column}, SUM(orders) FROM order_events WHERE ${inInterval(interval)} AND orders = 1 AND ${column} <> '' ` +
            `GROUP BY ${column} ORDER BY SUM(orders) DESC, ${column} LIMIT ${literal(limit)}`,
        ),
      ),
    );
  }

  async totals(): Promise<Fresh<{ events: number; period: Period }>> {
    return await this.fresh(async (ask) => {
      const [row = [0, ...NO_ROW]] = await ask(`SELECT COUNT(*), ${SUMS} FROM order_events LIMIT 1`);
      return { events: exactInteger(row[0], 'events'), period: toPeriod(toFigureSums(row.slice(1))) };
    });
  }

  async ping(): Promise<void> {
    await probePinotTables(this.broker);
  }

  close(): Promise<void> {
    this.broker.close();
    return Promise.resolve();
  }

  /** The watermark is read first, so that the answer holds at least what it promises; partial if any statement was. */
  private async fresh<T>(answer: (ask: Ask) => Promise<T>): Promise<Fresh<T>> {
    let partial = false;
    const ask: Ask = async (sql) => {
      const result = await this.broker.query(sql);
      partial ||= result.partial;
      return result.rows;
    };
    const [row] = await ask('SELECT MAX(event_time_ms) FROM order_events LIMIT 1');
    const watermarkMs = timeOrNull(row?.[0], 'watermark');
    return { ...(await answer(ask)), watermarkMs, partial };
  }
}

function readOrder([
  orderId,
  createdTimeMs,
  orderTotal,
  currency,
  customerId,
  quantities,
]: readonly unknown[]): OrderRow {
  return {
    orderId: String(orderId),
    createdTimeMs: exactInteger(createdTimeMs, 'created_time_ms'),
    orderTotal: Number(orderTotal),
    currency: String(currency),
    customerId: String(customerId),
    quantities: (Array.isArray(quantities) ? quantities : [])
      .map((quantity) => exactInteger(quantity, 'quantity'))
      .filter((quantity) => quantity !== NO_QUANTITY),
  };
}
