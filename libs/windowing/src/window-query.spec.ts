import type { GroupBy } from '@orderpulse/contracts';
import { PartitionWindows } from './partition-windows';
import { StoreView } from './window-query';
import { WindowStores, type WindowStoreDefinition } from './window-stores';
import { orderFacts } from './testing/sample-facts';

const stores = new WindowStores();
const [definition] = stores.all as [WindowStoreDefinition];

function partitionWith(...orders: [timeMs: number, cents: number][]): PartitionWindows {
  const partition = new PartitionWindows({ stores, deduplicate: true });
  for (const [timeMs, revenueCents] of orders)
    partition.read(orderFacts(timeMs, { revenueCents, fraud: 1, delivered: 1 }));
  return partition;
}

const viewOf = (...partitions: PartitionWindows[]) => new StoreView(definition, partitions);

describe('queries over windows', () => {
  it('take the start and leave out the end of a window', () => {
    const view = viewOf(partitionWith([100_000, 1], [159_999, 10], [160_000, 100]));
    expect(view.sum(100).figures.revenueCents).toBe(11);
    expect(view.sum(101).figures.revenueCents).toBe(110);
  });

  it('answer the last minute and the one before it without an order in both', () => {
    const view = viewOf(partitionWith([99_999, 1], [100_000, 10]), partitionWith([159_999, 100], [160_000, 1_000]));
    const pair = view.pair(160_999);
    expect(pair.current).toMatchObject({
      startMs: 100_000,
      endMs: 160_000,
      figures: { orders: 2, revenueCents: 110, fraud: 2, delivered: 2 },
    });
    expect(pair.previous).toMatchObject({ startMs: 40_000, endMs: 100_000, figures: { orders: 1, revenueCents: 1 } });
    expect(pair.visible).toBe(true);
  });

  it('are zeros for an idle shop, long after its last order', () => {
    const pair = viewOf(partitionWith([1_000, 5])).pair(1_700_000_000_000);
    expect(pair.current.figures.orders).toBe(0);
    expect(pair.visible).toBe(true);
  });

  it('say that a window is no longer visible when one partition has left it behind', () => {
    const view = viewOf(partitionWith([1_000_000, 1]), partitionWith([500_000, 1]));
    expect(view.pair(761_000).visible).toBe(true);
    expect(view.pair(760_999).visible).toBe(false);
  });

  it('cut windows that begin before the epoch', () => {
    const pair = viewOf(partitionWith([0, 1], [30_000, 10], [45_000, 100])).pair(40_000);
    expect(pair.current).toEqual({ startMs: 0, endMs: 40_000, figures: expect.objectContaining({ revenueCents: 11 }) });
    expect(pair.previous).toEqual({ startMs: 0, endMs: 0, figures: expect.objectContaining({ revenueCents: 0 }) });
  });

  it('list windows from the first number (inclusive) to the second (exclusive), only those with events', () => {
    const view = viewOf(partitionWith([100_500, 1]));
    expect(view.list(99, 101).map(({ startMs }) => startMs)).toEqual([99_000, 100_000]);
    expect(view.list(100, 100)).toEqual([]);
    expect(view.list(0, 1_000)).toHaveLength(60);
  });

  it('list nothing before the first event', () => {
    expect(viewOf(partitionWith()).list(0, 1_000_000)).toEqual([]);
    expect(viewOf(partitionWith()).visibleWindows()).toBeUndefined();
  });

  it('have no answer for a store that a partition does not have', () => {
    expect(() => new StoreView({ ...definition, name: 'Other' }, [partitionWith()])).toThrow(RangeError);
  });
});

describe('the top groups of a window', () => {
  const window = { type: 'tumbling', sizeMs: 60_000, graceMs: 60_000 } as const;
  const grouped = new WindowStores([{ name: 'Further', window, groupBy: 'state' satisfies GroupBy }]);
  const [, byState] = grouped.all as [WindowStoreDefinition, WindowStoreDefinition];

  function viewWith(...partitions: [state: string, cents: number, timeMs?: number][][]): StoreView {
    const filled = partitions.map((orders) => {
      const partition = new PartitionWindows({ stores: grouped, deduplicate: true });
      for (const [state, revenueCents, timeMs = 0] of orders)
        partition.read(orderFacts(timeMs, { revenueCents }, { state }));
      return partition;
    });
    return new StoreView(byState, filled);
  }

  const names = (view: StoreView, by: 'orders' | 'revenueCents', k: number, number = 0) =>
    view.top(number, by, k).map(({ group }) => group);

  it('are ranked over all partitions by orders or by revenue, equal ones by name', () => {
    const view = viewWith(
      [
        ['NY', 5],
        ['CA', 1],
        ['TX', 9],
        ['AL', 3],
      ],
      [
        ['CA', 1],
        ['NY', 1],
        ['WA', 9],
      ],
    );
    expect(names(view, 'orders', 10)).toEqual(['CA', 'NY', 'AL', 'TX', 'WA']);
    expect(names(view, 'revenueCents', 10)).toEqual(['TX', 'WA', 'NY', 'AL', 'CA']);
    expect(names(view, 'revenueCents', 2)).toEqual(['TX', 'WA']);
  });

  it('are of that window alone, and leave out groups without an order in it', () => {
    const view = viewWith([
      ['CA', 1],
      ['NY', 1, 60_000],
      ['NY', 1, 61_000],
    ]);
    expect(names(view, 'orders', 10)).toEqual(['CA']);
    expect(view.top(1, 'orders', 10)).toEqual([
      { group: 'NY', figures: expect.objectContaining({ orders: 2, revenueCents: 2 }) },
    ]);
  });
});
