import { type Fresh, type Interval, type OlapStore, OlapUnavailableError } from '@orderpulse/olap-store';
import type { Period } from '@orderpulse/contracts';

export const periodOf = (orders: number): Period => ({
  orders,
  totalRevenue: orders * 10.01,
  avgOrderValue: 10.01,
  fraudCount: 0,
  deliveredCount: 0,
  refundedCount: 0,
});

/** A SQL side that remembers what it was asked, and can be gone or hang. */
export class FakeOlapStore implements OlapStore {
  readonly kind = 'postgres';
  state: 'up' | 'gone' | 'hanging' = 'up';
  readonly asked: string[] = [];
  watermarkMs: number | null = 1_700_000_000_000;
  partial = false;

  period(interval: Interval) {
    return this.answer(`period ${interval.fromMs} ${interval.toMs}`, { period: periodOf(3) });
  }

  overview(asOfMs: number) {
    return this.answer(`overview ${asOfMs}`, { current: periodOf(2), previous: periodOf(1) });
  }

  popular(interval: Interval, limit: number) {
    const itemNames = [{ itemName: 'Tea', orders: 1, quantity: 3 }];
    const categories = [{ category: 'Drinks', orders: 1, quantity: 3 }];
    return this.answer(`popular ${interval.fromMs} ${interval.toMs} ${limit}`, { itemNames, categories });
  }

  ordersPerMinute(asOfMs: number, minutes: number, timeZone: string) {
    const row = {
      timestamp: '2026-01-01T00:00:00+00:00',
      timestampMs: 0,
      orders: 0,
      revenue: 0,
      fraud: 0,
      delivered: 0,
      refunded: 0,
    };
    return this.answer(`minutes ${asOfMs} ${minutes} ${timeZone}`, { rows: [{ ...row, complete: false }] });
  }

  latestOrders(limit: number) {
    return this.answer(`latest ${limit}`, { rows: [] });
  }

  coupons(interval: Interval, limit: number) {
    return this.answer(`coupons ${interval.fromMs} ${interval.toMs} ${limit}`, {
      rows: [{ coupon_code: 'SAVE', times_used: 2 }],
    });
  }

  topLocations(interval: Interval, limit: number) {
    return this.answer(`locations ${interval.fromMs} ${interval.toMs} ${limit}`, { cities: [], states: [] });
  }

  totals() {
    return this.answer('totals', { events: 3, period: periodOf(3) });
  }

  async ping(): Promise<void> {
    await this.answer('ping', {});
  }

  async close(): Promise<void> {
    this.asked.push('close');
  }

  private async answer<T extends object>(question: string, rows: T): Promise<Fresh<T>> {
    this.asked.push(question);
    if (this.state === 'gone') throw new OlapUnavailableError('postgres does not answer');
    if (this.state === 'hanging') return new Promise(() => undefined);
    return { ...rows, watermarkMs: this.watermarkMs, partial: this.partial };
  }
}
