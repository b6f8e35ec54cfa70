import type { SnapshotFollower } from '../snapshots/snapshot-follower';
import { PartitionViews } from './partition-views';
import type { HeldPartition, PartitionsService } from './partitions.service';

/** Views of one partition that was owned here and has read up to offset 10. */
function viewsOf(state: HeldPartition['state']): PartitionViews {
  const held = { worker: { partition: 0, topicId: 'one', nextOffset: 10 }, state } as HeldPartition;
  return new PartitionViews(
    { all: () => [held], get: () => held } as unknown as PartitionsService,
    { partitions: () => [], viewOf: () => undefined } as unknown as SnapshotFollower,
  );
}

describe('The view of a partition', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const isStaleAfter = (views: PartitionViews, end: number, ms: number): boolean => {
    const look = (): void => views.noteEnds([{ partition: 0, topicId: 'one', earliest: 0, end }]);
    look();
    jest.advanceTimersByTime(ms);
    look();
    return views.all().some((view) => views.isStale(view));
  };

  it('is good for five seconds after the partition was given up, though there is more to read', () => {
    expect(isStaleAfter(viewsOf('stopped'), 11, 5_000)).toBe(false);
  });

  it('is stale when nobody has read on by then', () => {
    expect(isStaleAfter(viewsOf('stopped'), 11, 5_001)).toBe(true);
  });

  it('stays good when there is nothing to read', () => {
    expect(isStaleAfter(viewsOf('stopped'), 10, 60_000)).toBe(false);
  });

  it('is never stale where the partition is read', () => {
    expect(isStaleAfter(viewsOf('running'), 11, 60_000)).toBe(false);
  });
});
