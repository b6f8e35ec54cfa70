import { MetricsRegistry } from '@orderpulse/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/database.service';
import { FeedService } from './feed.service';
import type { OutboxListener } from './outbox-listener';
import { WakeUp } from './wake-up';

const HOUR_MS = 3_600_000;

describe('the feed of an outbox without news', () => {
  afterEach(() => jest.restoreAllMocks());

  it('keeps its reader no longer than asked for when the wall clock is put back meanwhile', async () => {
    const real = Date.now;
    const run = async (): Promise<{ rows: unknown[] }> => {
      jest.spyOn(Date, 'now').mockImplementation(() => real() - HOUR_MS);
      return { rows: [{ earliest: 1, latest: 3, count: 0, text: '' }] };
    };
    const feed = new FeedService(
      { run } as unknown as Database,
      { news: new WakeUp() } as unknown as OutboxListener,
      new MetricsRegistry(),
    );
    const leaving = new AbortController();
    const reading = feed.read({ after: 3, limit: 10, waitMs: 50 }, 'json', leaving.signal);
    const patience = delay(3_000, 'still waiting', { signal: leaving.signal }).catch(() => undefined);
    const answer = await Promise.race([reading, patience]);
    leaving.abort();
    await Promise.all([reading, patience]);
    expect(answer).toBe('{"events":[],"latestSequence":3,"earliestSequence":1}');
  });
});
