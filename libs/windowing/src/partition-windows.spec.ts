import type { GroupBy, WindowSpec } from '@orderpulse/contracts';
import { FigureOverflowError, MAX_PARTITION_REVENUE_CENTS } from './figures';
import { MAX_GROUP_NAME } from './group-name';
import { countersBalance } from './partition-state';
import { PartitionWindows } from './partition-windows';
import { StoreView } from './window-query';
import { WindowStores } from './window-stores';
import { factsOf, orderFacts } from './testing/sample-facts';

const create = (deduplicate = true) => new PartitionWindows({ stores: new WindowStores(), deduplicate });
const read = (partition: PartitionWindows, eventId: string, eventTimeMs: number, revenueCents = 100) =>
  partition.read(factsOf(eventId, eventTimeMs, { orders: 1, revenueCents }));

describe('PartitionWindows', () => {
  it('counts an event once and calls the same id a duplicate, even when it is late as well', () => {
    const partition = create();
    expect(read(partition, 'a', 0)).toBe('counted');
    expect(read(partition, 'a', 0)).toBe('duplicate');
    expect(read(partition, 'b', 400_000)).toBe('counted');
    expect(read(partition, 'a', 0)).toBe('duplicate');
    expect(partition.totals.orders).toBe(2);
  });

  it('calls a late event late once, and a duplicate when it comes again within the horizon', () => {
    const partition = create();
    read(partition, 'new', 800_000);
    expect(read(partition, 'old', 10_000)).toBe('late');
    expect(read(partition, 'old', 10_000)).toBe('duplicate');
    expect(partition.counters).toEqual({ read: 3, counted: 1, duplicate: 1, late: 1, deadLettered: 0 });
  });

  it('forgets an id once its bucket lies a whole horizon behind stream time', () => {
    const partition = create();
    read(partition, 'a', 59_999);
    read(partition, 'b', 959_999);
    expect(read(partition, 'a', 59_999)).toBe('duplicate');
    read(partition, 'c', 960_000);
    expect(read(partition, 'a', 59_999)).toBe('late');
  });

  it('counts every record when deduplication is off', () => {
    const partition = create(false);
    read(partition, 'a', 0);
    expect(read(partition, 'a', 0)).toBe('counted');
    expect(partition.totals).toMatchObject({ orders: 2, revenueCents: 200 });
  });

  it('does not let a duplicate with a newer time move stream time', () => {
    const partition = create();
    read(partition, 'a', 1_000);
    read(partition, 'a', 900_000);
    expect(partition.streamTimeMs).toBe(1_000);
  });

  it('counts an event that touches no figure and lets it move stream time', () => {
    const partition = create();
    expect(partition.read(orderFacts(5_000, { orders: 0, revenueCents: 0 }))).toBe('counted');
    expect(partition.totals).toEqual({ events: 1, orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 });
    expect(partition.streamTimeMs).toBe(5_000);
  });

  it('keeps nothing of the facts, so that one object may be filled again and again', () => {
    const partition = create();
    const facts = orderFacts(1_000);
    partition.read(facts);
    facts.idBytes[facts.idEnd - 1] = 0x21;
    Object.assign(facts, { eventTimeMs: 2_000 });
    Object.assign(facts.figures, { revenueCents: 7 });
    expect(partition.read(facts)).toBe('counted');
    expect(partition.totals).toMatchObject({ orders: 2, revenueCents: 107 });
  });

  it('refuses an event that would take revenue out of the exact range, or has no place in time, and changes nothing', () => {
    const partition = create();
    read(partition, 'a', 1_000, MAX_PARTITION_REVENUE_CENTS);
    const state = () => ({
      counters: partition.counters,
      totals: partition.totals,
      streamTimeMs: partition.streamTimeMs,
    });
    const before = state();
    expect(() => read(partition, 'b', 2_000, 1)).toThrow(FigureOverflowError);
    for (const timeMs of [-1, 0.5, Number.NaN]) expect(() => read(partition, 'c', timeMs, 0)).toThrow(RangeError);
    expect(state()).toEqual(before);
    expect(read(partition, 'b', 2_000, 0)).toBe('counted');
  });

  it('keeps the account balanced with dead letters in it', () => {
    const partition = create();
    partition.readDeadLetter();
    read(partition, 'a', 0);
    expect(partition.counters).toEqual({ read: 2, counted: 1, duplicate: 0, late: 0, deadLettered: 1 });
    expect(countersBalance(partition.counters)).toBe(true);
    expect(countersBalance({ ...partition.counters, read: 3 })).toBe(false);
    expect(countersBalance({ read: 0, counted: 1, duplicate: -1, late: 0, deadLettered: 0 })).toBe(false);
  });
});

describe('a further store of a partition', () => {
  const minutes: WindowSpec = { type: 'tumbling', sizeMs: 60_000, graceMs: 0 };
  const withStore = (groupBy: GroupBy, window: WindowSpec = minutes) => {
    const stores = new WindowStores([{ name: 'Further', window, groupBy }]);
    const partition = new PartitionWindows({ stores, deduplicate: true });
    const [, definition] = stores.all;
    if (!definition) throw new Error('there is no further store');
    const view = () => new StoreView(definition, [partition]);
    const orders = (minute: number) =>
      Object.fromEntries(
        view()
          .groupNames()
          .map((group) => [group, view().sum(minute, group).figures.orders]),
      );
    return { partition, view, orders };
  };

  it('has its own lateness, and the same sum of counted and late as the default store', () => {
    const { partition, view } = withStore('none');
    partition.read(orderFacts(59_000));
    partition.read(orderFacts(60_000));
    expect(partition.read(orderFacts(59_500))).toBe('counted');
    expect(view().sum(1).figures.orders).toBe(1);
    expect(view().lateCount()).toBe(1);
    expect(partition.takeChanges().summary.stores).toMatchObject([
      { counted: 3, late: 0, cumulative: { orders: 3 } },
      { counted: 2, late: 1, cumulative: { orders: 2 } },
    ]);
  });

  it('takes what is late for the default store while its own windows are open', () => {
    const { partition, view } = withStore('none', { type: 'cumulative', stepMs: 3_600_000, graceMs: 0 });
    partition.read(orderFacts(10 * 3_600_000));
    expect(partition.read(orderFacts(5_000))).toBe('late');
    expect(view().sum(0).figures.orders).toBe(1);
    expect(view().sum(10).figures.orders).toBe(2);
    expect(view().lateCount()).toBe(0);
  });

  it('counts an order once in each distinct category of its line items, and one without any under (none)', () => {
    const { partition, orders } = withStore('category');
    partition.read(orderFacts(1_000, {}, { categories: ['Toys', 'Books', 'Toys', 'toys'] }));
    partition.read(orderFacts(2_000, {}, { categories: [] }));
    partition.read(orderFacts(3_000, {}, { categories: ['', '', 'Books'] }));
    expect(orders(0)).toEqual({ '(none)': 2, Books: 2, Toys: 1, toys: 1 });
  });

  it('groups by each of the other keys, a missing one as (none)', () => {
    for (const groupBy of ['state', 'paymentMethod', 'loyaltyTier'] as const) {
      const { partition, orders } = withStore(groupBy);
      for (const key of ['CA', 'CA', 'NY', '']) partition.read(orderFacts(1_000, {}, { [groupBy]: key }));
      expect(orders(0)).toEqual({ '(none)': 1, CA: 2, NY: 1 });
    }
  });

  it('keeps every group apart, also long ones and ones that UTF-8 cannot hold, by names that a store can keep', () => {
    const { partition, view } = withStore('state');
    const long = 'x'.repeat(100_000);
    const keys = [`${long}1`, `${long}2`, 'x'.repeat(MAX_GROUP_NAME), '\ud800', '\ufffd', `${'é'.repeat(99)}😀${long}`];
    for (const state of [...keys, ...keys]) partition.read(orderFacts(1_000, {}, { state }));
    const names = view().groupNames();
    expect(names).toHaveLength(5);
    for (const name of names) {
      expect(name.length).toBeLessThanOrEqual(MAX_GROUP_NAME);
      expect(Buffer.from(name, 'utf8').toString('utf8')).toBe(name);
    }
    expect(names.map((name) => view().sum(0, name).figures.orders).sort()).toEqual([2, 2, 2, 2, 4]);
  });

  it('gives the memory of a group back when its last slice has expired, and begins anew when it comes again', () => {
    const { partition, view } = withStore('state');
    for (let n = 0; n < 10_000; n++) partition.read(orderFacts(1_000, {}, { state: `state-${n}` }));
    expect(partition.stores[1]?.groupCount).toBe(10_000);
    partition.read(orderFacts(60_000, {}, { state: 'state-7' }));
    expect([partition.stores[1]?.groupCount, partition.stores[1]?.sliceCount]).toEqual([1, 1]);
    expect(view().sum(1, 'state-7').figures.orders).toBe(1);
    const [, summary] = partition.takeChanges().summary.stores;
    expect(summary).toMatchObject({ cumulative: { orders: 10_001 }, retired: { orders: 10_000 } });
  });

  it('refuses an event whose revenue, once for each category, would leave the exact range', () => {
    const { partition } = withStore('category');
    const revenueCents = MAX_PARTITION_REVENUE_CENTS / 2 + 1;
    expect(() => partition.read(orderFacts(0, { revenueCents }, { categories: ['a', 'b'] }))).toThrow(
      FigureOverflowError,
    );
    expect(partition.read(orderFacts(0, { revenueCents }, { categories: ['a'] }))).toBe('counted');
  });
});
