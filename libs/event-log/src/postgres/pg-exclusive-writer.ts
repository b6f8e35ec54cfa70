import type { ExclusiveWriter } from '../core/exclusive-appends';
import { checkRecords } from '../core/records';
import { LogUnavailableError, UnknownTopicError } from '../errors';
import type { NewRecord } from '../port';
import { appendParameters } from './append-batch';
import type { PgDatabase } from './pg-database';
import type { TopicDirectory } from './topic-directory';

const OPEN = {
  text: `INSERT INTO event_log.exclusive_producers AS known (name, epoch, last_append) VALUES ($1, 1, 0)
         ON CONFLICT (name) DO UPDATE SET epoch = known.epoch + 1, last_append = 0 RETURNING epoch`,
};
const APPEND = {
  name: 'event_log_append_exclusively',
  text: 'SELECT event_log.append_exclusively($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
};
const SETTLE = { text: 'SELECT event_log.settle_append($1, $2, $3)' };

/**
 * Appends in the name of the newest owner, each call in one statement: the server runs it to its end whatever becomes of this
 * process, so that a frozen one holds no lock that its successor would have to wait for.
 */
export class PgExclusiveWriter implements ExclusiveWriter {
  private count = 0;
  /** Whether nobody knows what became of the last append. */
  private isOpen = false;

  private constructor(
    private readonly database: PgDatabase,
    private readonly topics: TopicDirectory,
    private readonly name: string,
    private readonly epoch: string,
  ) {}

  /** Waits for the append of an older one that is at work. @throws LogUnavailableError, UnknownTopicError */
  static async open(database: PgDatabase, topics: TopicDirectory, name: string): Promise<PgExclusiveWriter> {
    const [row] = await database.query<[string]>(OPEN, [name]);
    if (!row) throw new LogUnavailableError('PostgreSQL gave no epoch');
    return new PgExclusiveWriter(database, topics, name, row[0]);
  }

  async settle(): Promise<void> {
    if (!this.isOpen) return;
    await this.database.query(SETTLE, [this.name, this.epoch, this.count]);
    this.isOpen = false;
  }

  async write(topic: string, records: readonly NewRecord[]): Promise<void> {
    const found = await this.topics.get(topic);
    checkRecords(found, records);
    this.count += 1;
    const parameters = [this.name, this.epoch, this.count, found.id, ...appendParameters(records)];
    try {
      await this.database.query(APPEND, parameters);
    } catch (error) {
      this.isOpen = error instanceof LogUnavailableError;
      if (error instanceof UnknownTopicError) this.topics.forget();
      throw error;
    }
  }

  async release(): Promise<void> {
    // An append whose answer was lost is done, or not, without us.
  }
}
