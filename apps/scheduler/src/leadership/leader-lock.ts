import { delayUnlessAborted } from '@orderpulse/service-kit';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** The advisory lock that the one running scheduler holds. */
const LEADER_LOCK = [0x0bde, 2] as const;
/** How often a follower looks whether the lock is free, and the leader whether its connection lives. */
const LOOK_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 2_000;

/** Leadership, as long as its connection lives. */
export interface Lease {
  /** Aborted when leadership is lost; its reason is an Error. */
  readonly signal: AbortSignal;
  /** Gives leadership up. Safe to call more than once. */
  release(): Promise<void>;
}

/**
 * One leader among replicas: who holds a session's advisory lock. PostgreSQL frees it when the session ends, however
 * the process ends, so a follower takes over within a second.
 */
export class LeaderLock {
  constructor(private readonly databaseUrl: string) {}

  /**
   * Waits until this process is the leader. Resolves with null when the signal is aborted first.
   * @throws when the database does not answer
   */
  async acquire(signal: AbortSignal): Promise<Lease | null> {
    const client = new Client({
      connectionString: this.databaseUrl,
      application_name: 'orderpulse-scheduler-leader',
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    const lost = new AbortController();
    const lose = (error?: Error): void =>
      lost.abort(error ?? new Error('the database connection of the leader has ended'));
    client.on('error', lose);
    client.on('end', () => lose());
    try {
      await client.connect();
      while (!signal.aborted) {
        if (await tryLock(client)) return this.lease(client, lost);
        await delayUnlessAborted(LOOK_EVERY_MS, signal);
      }
    } catch (error) {
      await end(client);
      throw error;
    }
    await end(client);
    return null;
  }

  private lease(client: Client, lost: AbortController): Lease {
    const watch = setInterval(() => {
      client.query('SELECT 1').catch((error: unknown) => lost.abort(error));
    }, LOOK_EVERY_MS);
    lost.signal.addEventListener('abort', () => clearInterval(watch), { once: true });
    let released: Promise<void> | undefined;
    const release = async (): Promise<void> => {
      clearInterval(watch);
      await end(client);
    };
    return { signal: lost.signal, release: () => (released ??= release()) };
  }
}

async function tryLock(client: Client): Promise<boolean> {
  const result = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS held', [...LEADER_LOCK]);
  return result.rows[0]?.held === true;
}

/** A server that hangs must not keep us: leaving the session is enough, the lock goes with it. */
async function end(client: Client): Promise<void> {
  const ended = client.end().catch(() => undefined);
  await Promise.race([ended, sleep(ANSWER_WITHIN_MS, undefined, { ref: false })]);
}
