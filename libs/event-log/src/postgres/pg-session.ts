import type { Client } from 'pg';
import type { GroupEvents, GroupSession } from '../core/group-session';
import type { TopicPartition } from '../core/fair-share';
import { LogUnavailableError } from '../errors';
import type { PgDatabase } from './pg-database';
import { mappingErrors } from './pg-errors';
import { CHANNELS, LOCK_CLASS } from './constants';
import type { TopicDirectory } from './topic-directory';

const MAX_QUERY_MS = 5_000;
/** Partitions of one topic at most; see the check of the table of topics. */
const PARTITIONS_PER_TOPIC = 4_096;

/**
 * One beat: this member lives; connections of members that have been silent for too long are cut, which frees their locks;
 * members whose own lock is free have gone; the rest is the group. (A lock of a member is also held by another one for the
 * moment of this look: only the member's own connection is cut.)
 */
const HEARTBEAT = `
  WITH beat AS (
    UPDATE event_log.members SET heartbeat_at = clock_timestamp() WHERE member_id = $1 RETURNING member_id
  ), cut AS MATERIALIZED (
    SELECT pg_terminate_backend(l.pid) AS done
    FROM event_log.members m
    JOIN pg_locks l ON l.locktype = 'advisory' AND l.classid = ${LOCK_CLASS.member}::oid AND l.objid = m.member_id::oid
      AND l.pid = m.backend_pid AND l.granted
    WHERE m.group_id = $2 AND m.member_id <> $1
      AND m.heartbeat_at < clock_timestamp() - m.session_timeout_ms * interval '1 millisecond'
  ), gone AS (
    DELETE FROM event_log.members
    WHERE group_id = $2 AND member_id <> $1 AND pg_try_advisory_xact_lock(${LOCK_CLASS.member}, member_id)
    RETURNING member_id
  )
  SELECT member_id, (SELECT count(*) FROM cut WHERE done) FROM event_log.members
  WHERE group_id = $2 AND member_id NOT IN (SELECT member_id FROM gone)
    AND EXISTS (SELECT FROM beat)`;

/**
 * A member of a group: a connection of its own that holds advisory locks, one for the member itself and one for every
 * partition it reads. The server frees them when the connection ends, whatever the reason.
 */
export class PgSession implements GroupSession {
  readonly memberId: string;
  private lost = false;
  private leaving: Promise<void> | null = null;
  private lastBeatMs: number;

  private constructor(
    private readonly client: Client,
    private readonly topics: TopicDirectory,
    private readonly group: { id: number; name: string },
    private readonly id: number,
    private readonly sessionTimeoutMs: number,
    private readonly monotonicMs: () => number,
  ) {
    this.memberId = String(id).padStart(10, '0');
    this.lastBeatMs = monotonicMs();
  }

  /** @throws LogUnavailableError, UnknownTopicError when there is no log in the database yet */
  static async join(
    database: PgDatabase,
    topics: TopicDirectory,
    options: { groupId: string; sessionTimeoutMs: number; events: GroupEvents },
    monotonicMs: () => number,
  ): Promise<PgSession> {
    const { groupId, sessionTimeoutMs, events } = options;
    const client = database.dedicatedClient(Math.min(MAX_QUERY_MS, sessionTimeoutMs / 2));
    let session: PgSession | null = null;
    const onEnd = (): void => session?.onConnectionEnd(events);
    client.on('error', onEnd);
    client.on('end', onEnd);
    client.on('notification', ({ channel, payload }) => announce(groupId, events, channel, payload ?? ''));
    try {
      await mappingErrors(async () => {
        await client.connect();
        const [group, member] = await enter(client, groupId, sessionTimeoutMs);
        session = new PgSession(client, topics, { id: group, name: groupId }, member, sessionTimeoutMs, monotonicMs);
      });
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    if (!session) throw new LogUnavailableError('The group was not joined');
    return session;
  }

  heartbeat(): Promise<readonly string[]> {
    return this.guarded(async () => {
      const askedMs = this.monotonicMs();
      const { rows } = await this.client.query<[number, string]>({
        name: 'event_log_heartbeat',
        text: HEARTBEAT,
        values: [this.id, this.group.id],
        rowMode: 'array',
      });
      if (rows.length === 0) throw new LogUnavailableError('The group takes this member for gone');
      this.lastBeatMs = askedMs;
      return rows.map(([id]) => String(id).padStart(10, '0'));
    });
  }

  tryLock(partition: TopicPartition): Promise<boolean> {
    return this.guarded(async () => {
      const { rows } = await this.client.query<[boolean]>({
        text: 'SELECT pg_try_advisory_lock($1, $2)',
        values: await this.lockKey(partition),
        rowMode: 'array',
      });
      return rows[0]?.[0] === true;
    });
  }

  async unlock(partition: TopicPartition): Promise<void> {
    await this.guarded(async () => {
      await this.client.query('SELECT pg_advisory_unlock($1, $2)', await this.lockKey(partition));
      await this.client.query('SELECT pg_notify($1, $2)', [CHANNELS.group, this.group.name]);
    });
  }

  isLost(): boolean {
    // For good: what was left out meanwhile is read again in another session only.
    this.lost ||= this.monotonicMs() - this.lastBeatMs > this.sessionTimeoutMs;
    return this.lost;
  }

  leave(): Promise<void> {
    this.leaving ??= this.goAway();
    return this.leaving;
  }

  private async goAway(): Promise<void> {
    try {
      if (!this.lost) {
        // The notice goes out when the row and, with the connection, the locks are as good as gone.
        await this.client.query('DELETE FROM event_log.members WHERE member_id = $1', [this.id]);
        await this.client.query('SELECT pg_advisory_unlock_all()');
        await this.client.query('SELECT pg_notify($1, $2)', [CHANNELS.group, this.group.name]);
      }
    } catch {
      // The server frees the locks of a connection that ends; the others clear the row away.
    } finally {
      this.lost = true;
      await this.client.end().catch(() => undefined);
    }
  }

  private onConnectionEnd(events: GroupEvents): void {
    if (this.lost) return;
    this.lost = true;
    if (!this.leaving) events.onLost();
  }

  private async lockKey({ topic, partition }: TopicPartition): Promise<[number, number]> {
    const { id } = await this.topics.get(topic, partition);
    return [LOCK_CLASS.firstGroup + this.group.id, id * PARTITIONS_PER_TOPIC + partition];
  }

  /** A connection that fails a query in any way is not trusted with locks any more. */
  private async guarded<T>(task: () => Promise<T>): Promise<T> {
    if (this.isLost()) throw new LogUnavailableError('The connection to the group was lost');
    try {
      return await mappingErrors(task);
    } catch (error) {
      this.lost = true;
      throw error;
    }
  }
}

/** Registers a member: its lock first, so that nobody takes the new row for that of a member that has gone. */
async function enter(
  client: Client,
  groupId: string,
  sessionTimeoutMs: number,
): Promise<[group: number, member: number]> {
  // A client that vanished without a word is noticed by the server within about 11 s, beside the heartbeats.
  await client.query('SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3');
  await client.query(`LISTEN ${CHANNELS.append}; LISTEN ${CHANNELS.group}`);
  await client.query('INSERT INTO event_log.groups (name) VALUES ($1) ON CONFLICT (name) DO NOTHING', [groupId]);
  const { rows } = await client.query<[number, number]>({
    text: `SELECT group_id, nextval(pg_get_serial_sequence('event_log.members', 'member_id'))::integer
           FROM event_log.groups WHERE name = $1`,
    values: [groupId],
    rowMode: 'array',
  });
  const [ids] = rows;
  if (!ids) throw new LogUnavailableError(`Group ${groupId} could not be entered`);
  await client.query('SELECT pg_advisory_lock($1, $2)', [LOCK_CLASS.member, ids[1]]);
  await client.query(
    `INSERT INTO event_log.members (member_id, group_id, backend_pid, heartbeat_at, session_timeout_ms)
     OVERRIDING SYSTEM VALUE VALUES ($1, $2, pg_backend_pid(), clock_timestamp(), $3)`,
    [ids[1], ids[0], Math.ceil(sessionTimeoutMs)],
  );
  await client.query('SELECT pg_notify($1, $2)', [CHANNELS.group, groupId]);
  return ids;
}

function announce(groupId: string, events: GroupEvents, channel: string, payload: string): void {
  if (channel === CHANNELS.group) {
    if (payload === '' || payload === groupId) events.onGroupChange();
    return;
  }
  const slash = payload.indexOf('/');
  events.onAppend(payload.slice(slash + 1), payload.slice(0, slash).split(',').map(Number));
}
