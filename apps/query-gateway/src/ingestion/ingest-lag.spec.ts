import { IngestLag } from './ingest-lag';

describe('the lag of the SQL tables', () => {
  it('is not known where the engine reads the topic by itself', () => {
    expect([new IngestLag().records(), new IngestLag().nextOffsets()]).toEqual([null, null]);
  });

  it('is the sum over the partitions read here', () => {
    const lag = new IngestLag();
    lag.moved(0, 10, 15);
    lag.moved(1, 7, 7);
    expect([lag.records(), lag.nextOffsets()]).toEqual([5, 17]);
    lag.left(0);
    expect(lag.records()).toBe(0);
  });

  it('grows with the ends that others have seen, and with partitions read elsewhere it does not', () => {
    const lag = new IngestLag();
    lag.moved(1, 7, 7);
    lag.sawEnds([
      { partition: 0, topicId: 'a', earliest: 0, end: 99 },
      { partition: 1, topicId: 'a', earliest: 0, end: 9 },
    ]);
    expect(lag.records()).toBe(2);
  });
});
