import { shiftWallClock } from '../testing/wall-clock';
import type { PgDatabase } from './pg-database';
import { TopicDirectory } from './topic-directory';

const HOUR_MS = 3_600_000;

describe('the directory of topics', () => {
  let maxRecordBytes: number;
  let asked: number;
  let topics: TopicDirectory;

  beforeEach(() => {
    maxRecordBytes = 1_000;
    asked = 0;
    const query = async (): Promise<unknown[]> => {
      asked += 1;
      return [[7, 'a-uuid', 'orders', 4, maxRecordBytes, false]];
    };
    topics = new TopicDirectory({ query } as unknown as PgDatabase);
  });
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['goes on as it should', 0],
    ['was put back by an hour', -HOUR_MS],
  ])('keeps a topic for ten seconds and then looks it up again, when the wall clock %s', async (_, shiftMs) => {
    await topics.get('orders');
    const lookedUpMs = performance.now();
    maxRecordBytes = 2_000;
    shiftWallClock(shiftMs);
    jest.spyOn(performance, 'now').mockReturnValue(lookedUpMs + 9_000);
    expect(await topics.get('orders')).toMatchObject({ maxRecordBytes: 1_000 });
    jest.spyOn(performance, 'now').mockReturnValue(lookedUpMs + 11_000);
    expect(await topics.get('orders')).toMatchObject({ maxRecordBytes: 2_000 });
    expect(asked).toBe(2);
  });
});
