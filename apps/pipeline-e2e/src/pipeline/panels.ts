import type { Coupons, LatestOrders, OrderEvent, OrdersPerMinute, Popular, TopLocations } from '@orderpulse/contracts';
import { read } from '../harness/api';
import { periodOf, sumBy, top } from '../harness/topic-oracle';

/** Every answer of the gateway but the overviews, as of an instant (epoch ms), against plain addition over all events. */
export async function expectPanels(gateway: string, events: readonly OrderEvent[], asOf: number): Promise<void> {
  const fromMs = asOf - 60_000;
  const at = `asOf=${asOf}`;
  const quantities = (nameOf: (item: OrderEvent['line_items'][number]) => string) =>
    top(sumBy(events, fromMs, asOf, (event) => event.line_items.map((item) => [nameOf(item), item.quantity] as const)), 5);
  const popular = await read<Popular>(`${gateway}/orders/popular?${at}`);
  expect(popular.itemNames.map((row) => [row.itemName, row.quantity])).toEqual(quantities((item) => item.product.name));
  expect(popular.categories.map((row) => [row.category, row.quantity])).toEqual(quantities((item) => item.product.category));

  const coupons = await read<Coupons>(`${gateway}/orders/couponslastminute?${at}`);
  const used = sumBy(events, fromMs, asOf, (event) => (event.coupon_codes ?? []).map(({ name }) => [name, 1] as const));
  expect(coupons.rows.map((row) => [row.coupon_code, row.times_used])).toEqual(top(used, 5));

  const locations = await read<TopLocations>(`${gateway}/orders/toplocations?${at}`);
  const ordersBy = (nameOf: (event: OrderEvent) => string | null | undefined) =>
    top(sumBy(events, fromMs, asOf, (event) => [[nameOf(event) ?? '', 1]]), 6).filter(([name]) => name !== '').slice(0, 5);
  expect(locations.cities.map((row) => [row.city, row.totalOrders])).toEqual(ordersBy((event) => event.customer.city));
  expect(locations.states.map((row) => [row.state, row.totalOrders])).toEqual(ordersBy((event) => event.customer.state));

  const minutes = await read<OrdersPerMinute>(`${gateway}/orders/ordersperminute?${at}`);
  expect(minutes.rows).toHaveLength(60);
  for (const row of minutes.rows) {
    const toMs = Math.min(row.timestampMs + 60_000, asOf);
    const { orders, totalRevenue: revenue, fraudCount: fraud, deliveredCount: delivered, refundedCount: refunded } = periodOf(events, row.timestampMs, toMs);
    expect(row).toMatchObject({ orders, revenue, fraud, delivered, refunded });
  }

  const latest = await read<LatestOrders>(`${gateway}/orders/latestorders`);
  const newest = events
    .filter((event) => event.event_type === 'order.created')
    .sort((a, b) => b.event_time_ms - a.event_time_ms)
    .slice(0, 10);
  expect(latest.rows.map((row) => row.timestamp)).toEqual(newest.map((event) => new Date(event.event_time_ms).toISOString()));
  expect(new Set(latest.rows.map((row) => row.orderId)).size).toBe(10);
}
