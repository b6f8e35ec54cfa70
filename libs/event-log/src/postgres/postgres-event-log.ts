import { GroupConsumer } from '../core/group-consumer';
import type { ConsumerOptions, EventLog, EventLogAdmin, EventLogConsumer, EventLogProducer } from '../port';
import { PgAdmin } from './pg-admin';
import { PgDatabase } from './pg-database';
import { PgProducer } from './pg-producer';
import { PgRetention, PgRetentionTimer } from './pg-retention';
import { PgSession } from './pg-session';
import { PgSource } from './pg-source';
import { TopicDirectory } from './topic-directory';

export interface PostgresSettings {
  /** postgres://user:password@host:port/database */
  databaseUrl: string;
  /** How often a process that appends looks for records past their retention, in ms. Default 60,000. */
  retentionIntervalMs?: number;
  /** Epoch ms; the clock of retention. */
  now?: () => number;
}

/** The log in tables of a PostgreSQL database (schema `event_log`, made by ensureTopics). */
export class PostgresEventLog implements EventLog {
  readonly kind = 'postgres';
  private readonly database: PgDatabase;
  private readonly topics: TopicDirectory;
  private readonly source: PgSource;
  private readonly retention: PgRetention;
  private readonly retentionTimer: PgRetentionTimer;
  private readonly open: { close(): Promise<void> }[] = [];
  private closing: Promise<void> | null = null;

  constructor(settings: PostgresSettings) {
    const now = settings.now ?? Date.now;
    this.database = new PgDatabase(settings.databaseUrl);
    this.topics = new TopicDirectory(this.database, Date.now);
    this.source = new PgSource(this.database, this.topics);
    this.retention = new PgRetention(this.database, now);
    this.retentionTimer = new PgRetentionTimer(this.retention, settings.retentionIntervalMs ?? 60_000);
  }

  producer(): EventLogProducer {
    const producer = new PgProducer(this.database, this.topics);
    this.open.push(producer);
    this.retentionTimer.start();
    return producer;
  }

  consumer(options: ConsumerOptions): EventLogConsumer {
    const consumer = new GroupConsumer(options, this.source, (join) =>
      PgSession.join(this.database, this.topics, join, () => performance.now()),
    );
    this.open.push({ close: () => consumer.stop() });
    return consumer;
  }

  admin(): EventLogAdmin {
    return new PgAdmin(this.database, this.topics, this.source, this.retention);
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    await this.retentionTimer.stop();
    await Promise.all(this.open.splice(0).map((part) => part.close()));
    await this.database.close();
  }
}
