import {
  averageCents,
  fromCents,
  type LatestOrders,
  type Minute,
  type OrderEvent,
  type Period,
} from '@orderpulse/contracts';
import type { Interval } from '../port';

/**
 * The named queries computed plainly over a list of events, sharing nothing with the adapters: what semantics say, one
 * loop each. Expected answers of the conformance suite come from here.
 */
export class Reference {
  constructor(private readonly events: readonly OrderEvent[]) {}

  get watermarkMs(): number {
    return Math.max(...this.events.map(({ event_time_ms }) => event_time_ms));
  }

  get eventCount(): number {
    return this.events.length;
  }

  period(interval: Interval = { fromMs: 0, toMs: Infinity }): Period {
    const figures = { orders: 0, cents: 0, fraud: 0, delivered: 0, refunded: 0 };
    for (const event of this.within(interval)) {
      const isCreated = event.event_type === 'order.created';
      if (isCreated) {
        figures.orders += 1;
        figures.cents += event.revenue_cents;
        if (String(event.fraud_flag).toLowerCase() === 'true') figures.fraud += 1;
      }
      if (event.event_type === 'order.delivered' || (isCreated && event.delivered?.toLowerCase() === 'yes'))
        figures.delivered += 1;
      if (event.event_type === 'order.refunded' || (isCreated && event.refunded?.toLowerCase() === 'yes'))
        figures.refunded += 1;
    }
    return {
      orders: figures.orders,
      totalRevenue: fromCents(figures.cents),
      avgOrderValue: fromCents(averageCents(figures.cents, figures.orders)),
      fraudCount: figures.fraud,
      deliveredCount: figures.delivered,
      refundedCount: figures.refunded,
    };
  }

  minutes(asOfMs: number, count: number): Omit<Minute, 'timestamp'>[] {
    const rows: Omit<Minute, 'timestamp'>[] = [];
    for (let endMs = Math.ceil(asOfMs / 60_000) * 60_000; rows.length < count; endMs -= 60_000) {
      const period = this.period({ fromMs: endMs - 60_000, toMs: Math.min(endMs, asOfMs) });
      rows.unshift({
        timestampMs: endMs - 60_000,
        orders: period.orders,
        revenue: period.totalRevenue,
        fraud: period.fraudCount,
        delivered: period.deliveredCount,
        refunded: period.refundedCount,
        complete: endMs <= asOfMs,
      });
    }
    return rows;
  }

  popular(
    interval: Interval,
    by: 'name' | 'category',
    limit: number,
  ): { name: string; orders: number; quantity: number }[] {
    const groups = new Map<string, { orders: Set<string>; quantity: number }>();
    for (const event of this.createdWithin(interval))
      for (const { product, quantity } of event.line_items) {
        const group = groups.get(product[by]) ?? { orders: new Set(), quantity: 0 };
        groups.set(product[by], group);
        group.orders.add(event.order_id);
        group.quantity += quantity;
      }
    const rows = [...groups].map(([name, { orders, quantity }]) => ({ name, orders: orders.size, quantity }));
    return rows.sort((a, b) => b.quantity - a.quantity || (a.name < b.name ? -1 : 1)).slice(0, limit);
  }

  coupons(interval: Interval, limit: number): { coupon_code: string; times_used: number }[] {
    const codes = this.createdWithin(interval).flatMap((event) => [
      ...new Set(event.coupon_codes?.map(({ name }) => name)),
    ]);
    return mostFrequent(codes, limit).map(({ name, count }) => ({ coupon_code: name, times_used: count }));
  }

  locations(interval: Interval, by: 'city' | 'state', limit: number): { name: string; count: number }[] {
    const names = this.createdWithin(interval).map(({ customer }) => customer[by] ?? '');
    return mostFrequent(
      names.filter((name) => name !== ''),
      limit,
    );
  }

  latestOrders(limit: number): LatestOrders['rows'] {
    const first = new Map<string, OrderEvent>();
    const latest = new Map<string, OrderEvent>();
    for (const event of this.events) {
      if (!first.has(event.order_id)) first.set(event.order_id, event);
      if (event.order_version >= (latest.get(event.order_id)?.order_version ?? 0)) latest.set(event.order_id, event);
    }
    return [...latest.values()]
      .filter((event) => event.event_type !== 'order.deleted')
      .map((event) => ({ event, createdMs: first.get(event.order_id)!.event_time_ms }))
      .sort((a, b) => b.createdMs - a.createdMs || (a.event.order_id < b.event.order_id ? -1 : 1))
      .slice(0, limit)
      .map(({ event, createdMs }) => ({
        orderId: event.order_id,
        timestamp: new Date(createdMs).toISOString(),
        orderTotal: Math.round(event.order_total * 100 + 1e-6) / 100,
        currency: event.currency ?? '',
        customerId: event.customer.customer_id,
        productsOrdered: event.line_items.length,
        totalQuantity: event.line_items.reduce((sum, { quantity }) => sum + quantity, 0),
      }));
  }

  private within({ fromMs, toMs }: Interval): OrderEvent[] {
    return this.events.filter(({ event_time_ms: timeMs }) => timeMs >= fromMs && timeMs < toMs);
  }

  private createdWithin(interval: Interval): OrderEvent[] {
    return this.within(interval).filter(({ event_type }) => event_type === 'order.created');
  }
}

function mostFrequent(names: readonly string[], limit: number): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, limit);
}
