import { Injectable } from '@nestjs/common';
import type {
  AsOfQuery,
  Coupons,
  LatestOrders,
  OrdersPerMinute,
  OrdersPerMinuteQuery,
  Overview,
  Popular,
  TopLocations,
} from '@orderpulse/contracts';
import type { Interval } from '@orderpulse/olap-store';
import { Clock } from '@orderpulse/service-kit';
import { AggregatorClient, WindowNotVisibleError } from '../aggregator/aggregator.client';
import { SqlReader } from '../sql/sql-reader';
import { resolveAsOf } from './as-of';

const WINDOW_MS = 60_000;
const MINUTES = 60;
const LATEST = 10;
const TOP = 5;

const lastMinute = (asOfMs: number): Interval => ({ fromMs: Math.max(0, asOfMs - WINDOW_MS), toMs: asOfMs });

/** The figures of the public API: the overview from the window stores, everything else from SQL. */
@Injectable()
export class FiguresService {
  constructor(
    private readonly aggregator: AggregatorClient,
    private readonly sql: SqlReader,
    private readonly clock: Clock,
  ) {}

  /** From the stores; windows that have expired there come from SQL, and `meta.source` says so. */
  async overview(query: AsOfQuery): Promise<Overview> {
    const asOfMs = this.asOf(query);
    try {
      return await this.aggregator.overview(asOfMs);
    } catch (error) {
      if (error instanceof WindowNotVisibleError) return this.overviewFromSql(asOfMs);
      throw error;
    }
  }

  async overview2(query: AsOfQuery): Promise<Overview> {
    return this.overviewFromSql(this.asOf(query));
  }

  async popular(query: AsOfQuery): Promise<Popular> {
    const asOfMs = this.asOf(query);
    const { rows, meta } = await this.sql.read(`popular:${asOfMs}`, asOfMs, (store) =>
      store.popular(lastMinute(asOfMs), TOP),
    );
    return { ...rows, meta };
  }

  async ordersPerMinute(query: OrdersPerMinuteQuery): Promise<OrdersPerMinute> {
    const asOfMs = this.asOf(query);
    const { rows, meta } = await this.sql.read(`perMinute:${asOfMs}:${query.tz}`, asOfMs, (store) =>
      store.ordersPerMinute(asOfMs, MINUTES, query.tz),
    );
    return { ...rows, meta };
  }

  async latestOrders(): Promise<LatestOrders> {
    const asOfMs = this.asOf({});
    const { rows, meta } = await this.sql.read(`latest:${asOfMs}`, asOfMs, (store) => store.latestOrders(LATEST));
    return { ...rows, meta };
  }

  async coupons(query: AsOfQuery): Promise<Coupons> {
    const asOfMs = this.asOf(query);
    const { rows, meta } = await this.sql.read(`coupons:${asOfMs}`, asOfMs, (store) =>
      store.coupons(lastMinute(asOfMs), TOP),
    );
    return { ...rows, meta };
  }

  async topLocations(query: AsOfQuery): Promise<TopLocations> {
    const asOfMs = this.asOf(query);
    const { rows, meta } = await this.sql.read(`locations:${asOfMs}`, asOfMs, (store) =>
      store.topLocations(lastMinute(asOfMs), TOP),
    );
    return { ...rows, meta };
  }

  private asOf(query: AsOfQuery): number {
    return resolveAsOf(query.asOf, this.clock.now());
  }

  private async overviewFromSql(asOfMs: number): Promise<Overview> {
    const { rows, meta } = await this.sql.read(`overview:${asOfMs}`, asOfMs, (store) => store.overview(asOfMs));
    return { currentTimePeriod: rows.current, previousTimePeriod: rows.previous, meta };
  }
}
