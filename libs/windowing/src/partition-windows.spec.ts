import { figuresOf, FigureOverflowError, MAX_PARTITION_REVENUE_CENTS } from './figures';
import { HoppingWindows } from './hopping-windows';
import { countersBalance, PartitionWindows } from './partition-windows';

const windows = new HoppingWindows();
const create = (deduplicate = true) => new PartitionWindows({ windows, deduplicate });
const order = (revenueCents = 100) =>
  figuresOf({
    event_type: 'order.created',
    revenue_cents: revenueCents,
    fraud_flag: false,
    delivered: 'no',
    refunded: 'no',
  });

describe('PartitionWindows', () => {
  it('counts an event once and calls the same id a duplicate, even when it is late as well', () => {
    const partition = create();
    expect(partition.read({ eventId: 'a', eventTimeMs: 0, figures: order() })).toBe('counted');
    expect(partition.read({ eventId: 'a', eventTimeMs: 0, figures: order() })).toBe('duplicate');
    expect(partition.read({ eventId: 'b', eventTimeMs: 400_000, figures: order() })).toBe('counted');
    expect(partition.read({ eventId: 'a', eventTimeMs: 0, figures: order() })).toBe('duplicate');
    expect(partition.totals.orders).toBe(2);
  });

  it('calls a late event late once, and a duplicate when it comes again within the horizon', () => {
    const partition = create();
    partition.read({ eventId: 'new', eventTimeMs: 800_000, figures: order() });
    expect(partition.read({ eventId: 'old', eventTimeMs: 10_000, figures: order() })).toBe('late');
    expect(partition.read({ eventId: 'old', eventTimeMs: 10_000, figures: order() })).toBe('duplicate');
    expect(partition.counters).toEqual({ read: 3, counted: 1, duplicate: 1, late: 1, deadLettered: 0 });
  });

  it('forgets an id once its bucket lies a whole horizon behind stream time', () => {
    const partition = create();
    partition.read({ eventId: 'a', eventTimeMs: 59_999, figures: order() });
    partition.read({ eventId: 'b', eventTimeMs: 959_999, figures: order() });
    expect(partition.read({ eventId: 'a', eventTimeMs: 59_999, figures: order() })).toBe('duplicate');
    partition.read({ eventId: 'c', eventTimeMs: 960_000, figures: order() });
    expect(partition.read({ eventId: 'a', eventTimeMs: 59_999, figures: order() })).toBe('late');
  });

  it('counts every record when deduplication is off', () => {
    const partition = create(false);
    partition.read({ eventId: 'a', eventTimeMs: 0, figures: order() });
    expect(partition.read({ eventId: 'a', eventTimeMs: 0, figures: order() })).toBe('counted');
    expect(partition.totals).toMatchObject({ orders: 2, revenueCents: 200 });
  });

  it('does not let a duplicate with a newer time move stream time', () => {
    const partition = create();
    partition.read({ eventId: 'a', eventTimeMs: 1_000, figures: order() });
    partition.read({ eventId: 'a', eventTimeMs: 900_000, figures: order() });
    expect(partition.streamTimeMs).toBe(1_000);
  });

  it('counts an event that touches no figure and lets it move stream time', () => {
    const partition = create();
    const update = figuresOf({
      event_type: 'order.updated',
      revenue_cents: 500,
      fraud_flag: true,
      delivered: 'yes',
      refunded: 'yes',
    });
    expect(partition.read({ eventId: 'a', eventTimeMs: 5_000, figures: update })).toBe('counted');
    expect(partition.totals).toEqual({ events: 1, orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 });
    expect(partition.streamTimeMs).toBe(5_000);
  });

  it('refuses an event that would take revenue out of the exact range, or has no place in time, and changes nothing', () => {
    const partition = create();
    partition.read({ eventId: 'a', eventTimeMs: 1_000, figures: order(MAX_PARTITION_REVENUE_CENTS) });
    const before = { counters: partition.counters, totals: partition.totals, streamTimeMs: partition.streamTimeMs };
    expect(() => partition.read({ eventId: 'b', eventTimeMs: 2_000, figures: order(1) })).toThrow(FigureOverflowError);
    expect(() => partition.read({ eventId: 'c', eventTimeMs: -1, figures: order(0) })).toThrow(RangeError);
    expect({ counters: partition.counters, totals: partition.totals, streamTimeMs: partition.streamTimeMs }).toEqual(
      before,
    );
    expect(partition.read({ eventId: 'b', eventTimeMs: 2_000, figures: order(0) })).toBe('counted');
  });

  it('keeps the account balanced with dead letters in it', () => {
    const partition = create();
    partition.readDeadLetter();
    partition.read({ eventId: 'a', eventTimeMs: 0, figures: order() });
    expect(partition.counters).toEqual({ read: 2, counted: 1, duplicate: 0, late: 0, deadLettered: 1 });
    expect(countersBalance(partition.counters)).toBe(true);
    expect(countersBalance({ ...partition.counters, read: 3 })).toBe(false);
    expect(countersBalance({ read: 0, counted: 1, duplicate: -1, late: 0, deadLettered: 0 })).toBe(false);
  });
});
