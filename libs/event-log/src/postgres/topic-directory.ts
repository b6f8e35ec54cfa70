import type { TopicLimits } from '../core/records';
import { UnknownTopicError } from '../errors';
import type { PgDatabase } from './pg-database';

/** A topic as the tables know it. */
export interface PgTopic extends TopicLimits {
  id: number;
  /** The identity: see PartitionBounds. */
  uuid: string;
}

/** Topics are looked up again after this time, in ms: their limits may have been changed. */
const KEEP_MS = 10_000;

/** Topics by name, kept for a while. Unknown topics are looked up every time. */
export class TopicDirectory {
  private readonly known = new Map<string, { topic: PgTopic; /** Of performance.now(). */ untilMs: number }>();

  constructor(private readonly database: PgDatabase) {}

  /** Null when there is no such topic, or no log at all yet. @throws LogUnavailableError */
  async find(name: string): Promise<PgTopic | null> {
    const kept = this.known.get(name);
    if (kept && kept.untilMs > performance.now()) return kept.topic;
    const topic = await this.load(name);
    if (topic) this.known.set(name, { topic, untilMs: performance.now() + KEEP_MS });
    else this.known.delete(name);
    return topic;
  }

  /** @throws UnknownTopicError, LogUnavailableError */
  async get(name: string, partition?: number): Promise<PgTopic> {
    const topic = await this.find(name);
    if (!topic) throw new UnknownTopicError(`There is no topic ${name}`);
    if (partition !== undefined && !(partition >= 0 && partition < topic.partitions)) {
      throw new UnknownTopicError(`Topic ${name} has no partition ${partition}`);
    }
    return topic;
  }

  /** Looks every topic up again. */
  forget(): void {
    this.known.clear();
  }

  private async load(name: string): Promise<PgTopic | null> {
    try {
      const [row] = await this.database.query<[number, string, string, number, number, boolean]>(
        {
          name: 'event_log_topic',
          text: `SELECT topic_id, topic_uuid, name, partitions, max_record_bytes, compacted
                 FROM event_log.topics WHERE name = $1`,
        },
        [name],
      );
      if (!row) return null;
      const [id, uuid, found, partitions, maxRecordBytes, compacted] = row;
      return { id, uuid, name: found, partitions, maxRecordBytes, compacted };
    } catch (error) {
      if (error instanceof UnknownTopicError) return null;
      throw error;
    }
  }
}
