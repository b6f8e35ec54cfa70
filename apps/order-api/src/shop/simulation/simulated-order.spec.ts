import { figureDelta, orderEventSchema, toCents } from '@orderpulse/contracts';
import { creationOf } from '../../orders/order-change';
import { CURRENCIES } from './catalogue';
import { ordersPerSecondAt } from './presets';
import { arrivalGapMs, simulateOrder } from './simulated-order';

const make = (count: number, preset: Parameters<typeof simulateOrder>[3] = 'calm') =>
  Array.from({ length: count }, (_, index) => simulateOrder(42, index, 1_700_000_000_000, preset));

describe('a simulated order', () => {
  it('is the same, byte for byte, for the same seed, number and time', () => {
    expect(JSON.stringify(make(1_000))).toBe(JSON.stringify(make(1_000)));
  });

  it('is another one for another seed', () => {
    expect(simulateOrder(1, 0, 0, 'calm').order).not.toEqual(simulateOrder(2, 0, 0, 'calm').order);
  });

  it('makes events that the contract accepts, in the full shape', () => {
    for (const { order, plan } of make(500)) {
      const event: unknown = JSON.parse(creationOf(order, 1_700_000_000_000, plan).event);
      const parsed = orderEventSchema.parse(event);
      expect(Object.keys(parsed).sort()).toEqual(Object.keys(orderEventSchema.shape).sort());
      expect(parsed.revenue_cents).toBe(toCents(order.order_total, order.exchange_rate ?? 1));
    }
  });

  it('has 1 to 5 lines, or as many as it is told to at most', () => {
    const lines = (orders: ReturnType<typeof make>): number[] => orders.map(({ order }) => order.line_items.length);
    const larger = Array.from({ length: 5_000 }, (_, index) => simulateOrder(42, index, 0, 'calm', 9));
    expect([...new Set(lines(make(2_000)))].sort()).toEqual([1, 2, 3, 4, 5]);
    expect([...new Set(lines(larger))].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('is flagged exactly when its risk score is above 91', () => {
    for (const { order } of make(2_000, 'fraud-spike')) expect(order.fraud_flag).toBe((order.risk_score ?? 0) > 91);
  });

  it('adds up to its total', () => {
    for (const { order } of make(500)) {
      const parts = [order.subtotal_after_coupon, order.shipping_cost, order.env_fee, order.tax_amount];
      const cents = parts.reduce<number>((sum, part) => sum + toCents(part ?? 0), 0);
      expect(cents).toBe(toCents(order.order_total));
    }
  });

  it('is delivered for about a quarter and refunded for about a tenth, with about 1.7 events an order', () => {
    const plans = make(5_000).map(({ plan }) => plan);
    const share = (step: string): number =>
      plans.filter((plan) => plan.some((planned) => planned.step === step)).length / 5_000;
    expect(share('delivered')).toBeCloseTo(0.25, 1);
    expect(share('refunded')).toBeCloseTo(0.1, 1);
    const events = 1 + plans.reduce((sum, plan) => sum + plan.length, 0) / plans.length;
    expect(events).toBeGreaterThan(1.6);
    expect(events).toBeLessThan(1.8);
  });

  it('is fraud more often in a fraud spike and unpaid more often in an outage', () => {
    const fraud = (preset: 'calm' | 'fraud-spike'): number =>
      make(2_000, preset).reduce((sum, { order }) => {
        const event = { ...order, event_type: 'order.created' as const, revenue_cents: 0 };
        return sum + figureDelta(event).fraud;
      }, 0);
    expect(fraud('fraud-spike')).toBeGreaterThan(4 * fraud('calm'));
    const unpaid = make(1_000, 'outage').filter(({ order }) => order.payment_status === 'failed');
    expect(unpaid.length).toBeGreaterThan(450);
  });

  it('comes at the rate that is asked for', () => {
    const gaps = Array.from({ length: 10_000 }, (_, index) => arrivalGapMs(42, index, 20));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(50, 0);
    expect(ordersPerSecondAt(20, 'peak', 0)).toBe(80);
  });

  it('trades in currencies whose weights sum to one', () => {
    expect(CURRENCIES.reduce((sum, currency) => sum + currency.weight, 0)).toBeCloseTo(1, 10);
  });
});
