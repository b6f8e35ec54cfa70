import { checkRecords } from '../core/records';
import { SerialQueue } from '../core/serial-queue';
import { splitByBytes } from '../core/split-by-bytes';
import { LogUnavailableError, UnknownTopicError } from '../errors';
import type { EventLogProducer, NewRecord } from '../port';
import { appendParameters } from './append-batch';
import type { PgDatabase } from './pg-database';
import type { TopicDirectory } from './topic-directory';

/** One transaction holds this many bytes of records at most (or one record). */
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
const APPEND = {
  name: 'event_log_append',
  text: 'SELECT event_log.append_records($1, $2, $3, $4, $5, $6, $7, $8, $9)',
};

/** Appends to the tables: a transaction for every few megabytes. */
export class PgProducer implements EventLogProducer {
  private readonly queue = new SerialQueue();
  private closed = false;

  constructor(
    private readonly database: PgDatabase,
    private readonly topics: TopicDirectory,
  ) {}

  append(topic: string, records: readonly NewRecord[]): Promise<void> {
    return this.queue.run(async () => {
      if (this.closed) throw new LogUnavailableError('The producer is closed');
      const found = await this.topics.get(topic);
      checkRecords(found, records);
      for (const run of splitByBytes(records, MAX_TRANSACTION_BYTES)) await this.appendRun(found.id, run);
    });
  }

  async close(): Promise<void> {
    await this.queue.idle();
    this.closed = true;
  }

  private async appendRun(topicId: number, records: readonly NewRecord[]): Promise<void> {
    try {
      await this.database.query(APPEND, [topicId, ...appendParameters(records)]);
    } catch (error) {
      if (error instanceof UnknownTopicError) this.topics.forget();
      throw error;
    }
  }
}
