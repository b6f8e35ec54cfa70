import { figureDelta } from './figures';

const zero = { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };

describe('figureDelta', () => {
  it('counts a created order with its revenue', () => {
    expect(figureDelta({ event_type: 'order.created', revenue_cents: 999 })).toEqual({ ...zero, orders: 1, revenueCents: 999 });
  });

  it.each([true, 'true', 'TRUE', 'True'])('takes fraud flag %p as fraud', (flag) => {
    expect(figureDelta({ event_type: 'order.created', revenue_cents: 0, fraud_flag: flag }).fraud).toBe(1);
  });

  it.each([false, 'false', '', 'yes', null, undefined])('takes fraud flag %p as none', (flag) => {
    expect(figureDelta({ event_type: 'order.created', revenue_cents: 0, fraud_flag: flag }).fraud).toBe(0);
  });

  it('counts delivered and refunded once: by their own event, or on creation when the order was born so', () => {
    const life = { revenue_cents: 5, delivered: 'YES', refunded: 'yes', fraud_flag: true };
    expect(figureDelta({ ...life, event_type: 'order.created' })).toEqual({ orders: 1, revenueCents: 5, fraud: 1, delivered: 1, refunded: 1 });
    expect(figureDelta({ ...life, event_type: 'order.delivered' })).toEqual({ ...zero, delivered: 1 });
    expect(figureDelta({ ...life, event_type: 'order.refunded' })).toEqual({ ...zero, refunded: 1 });
    expect(figureDelta({ ...life, event_type: 'order.updated' })).toEqual(zero);
    expect(figureDelta({ ...life, event_type: 'order.deleted' })).toEqual(zero);
  });
});
