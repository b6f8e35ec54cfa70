import { figuresOf } from './figures';
import { HoppingWindows } from './hopping-windows';
import { PartitionWindows } from './partition-windows';
import { listWindows, sumWindow, windowPair } from './window-query';

const windows = new HoppingWindows();
const order = (revenueCents: number) =>
  figuresOf({
    event_type: 'order.created',
    revenue_cents: revenueCents,
    fraud_flag: 'TRUE',
    delivered: 'Yes',
    refunded: 'no',
  });

function partitionWith(...orders: [timeMs: number, cents: number][]): PartitionWindows {
  const partition = new PartitionWindows({ windows, deduplicate: true });
  orders.forEach(([eventTimeMs, cents], index) =>
    partition.read({ eventId: `${index}`, eventTimeMs, figures: order(cents) }),
  );
  return partition;
}

describe('queries over windows', () => {
  it('take the start and leave out the end of a window', () => {
    const partitions = [partitionWith([100_000, 1], [159_999, 10], [160_000, 100])];
    expect(sumWindow(windows, partitions, 100_000).figures.revenueCents).toBe(11);
    expect(sumWindow(windows, partitions, 101_000).figures.revenueCents).toBe(110);
  });

  it('answer the last minute and the one before it without an order in both', () => {
    const partitions = [partitionWith([99_999, 1], [100_000, 10]), partitionWith([159_999, 100], [160_000, 1_000])];
    const pair = windowPair(windows, partitions, 160_999);
    expect(pair.current).toMatchObject({
      startMs: 100_000,
      endMs: 160_000,
      figures: { orders: 2, revenueCents: 110, fraud: 2, delivered: 2 },
    });
    expect(pair.previous).toMatchObject({ startMs: 40_000, endMs: 100_000, figures: { orders: 1, revenueCents: 1 } });
    expect(pair.visible).toBe(true);
  });

  it('are zeros for an idle shop, long after its last order', () => {
    const pair = windowPair(windows, [partitionWith([1_000, 5])], 1_700_000_000_000);
    expect(pair.current.figures.orders).toBe(0);
    expect(pair.visible).toBe(true);
  });

  it('say that a window is no longer visible when one partition has left it behind', () => {
    const partitions = [partitionWith([1_000_000, 1]), partitionWith([500_000, 1])];
    expect(windowPair(windows, partitions, 761_000).visible).toBe(true);
    expect(windowPair(windows, partitions, 760_999).visible).toBe(false);
  });

  it('cut windows that begin before the epoch', () => {
    const pair = windowPair(windows, [partitionWith([0, 1], [30_000, 10], [45_000, 100])], 40_000);
    expect(pair.current).toEqual({ startMs: 0, endMs: 40_000, figures: expect.objectContaining({ revenueCents: 11 }) });
    expect(pair.previous).toEqual({ startMs: 0, endMs: 0, figures: expect.objectContaining({ revenueCents: 0 }) });
  });

  it('list windows from the first bound (inclusive) to the second (exclusive), only those with events', () => {
    const partitions = [partitionWith([100_500, 1])];
    const listed = listWindows(windows, partitions, 99_000, 101_000);
    expect(listed.map(({ startMs }) => startMs)).toEqual([99_000, 100_000]);
    expect(listWindows(windows, partitions, 99_500, 100_000)).toEqual([]);
    expect(listWindows(windows, partitions, 0, 1_000_000).map(({ startMs }) => startMs)).toHaveLength(60);
  });

  it('list nothing before the first event', () => {
    expect(listWindows(windows, [partitionWith()], 0, 1_000_000)).toEqual([]);
  });
});
