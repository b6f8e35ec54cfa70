import { ExclusiveAppends } from '../core/exclusive-appends';
import { GroupConsumer } from '../core/group-consumer';
import type {
  ConsumerOptions,
  EventLog,
  EventLogAdmin,
  EventLogConsumer,
  EventLogProducer,
  ExclusiveProducer,
} from '../port';
import { PgAdmin } from './pg-admin';
import { PgCompaction } from './pg-compaction';
import { PgDatabase } from './pg-database';
import { PgExclusiveWriter } from './pg-exclusive-writer';
import { PgProducer } from './pg-producer';
import { PgRetention } from './pg-retention';
import { PgSession } from './pg-session';
import { PgSource } from './pg-source';
import { PgUpkeep } from './pg-upkeep';
import { TopicDirectory } from './topic-directory';

export interface PostgresSettings {
  /** postgres://user:password@host:port/database */
  databaseUrl: string;
  /** How often a process that appends looks for records that are past their retention or superseded, in ms. Default 60,000. */
  retentionIntervalMs?: number;
  /** Epoch ms; the clock of retention and compaction. */
  now?: () => number;
}

/** The log in tables of a PostgreSQL database (schema `event_log`, made by ensureTopics). */
export class PostgresEventLog implements EventLog {
  readonly kind = 'postgres';
  private readonly database: PgDatabase;
  private readonly topics: TopicDirectory;
  private readonly source: PgSource;
  private readonly retention: PgRetention;
  private readonly upkeep: PgUpkeep;
  private readonly open = new Set<{ close(): Promise<void> }>();
  private closing: Promise<void> | null = null;

  constructor(settings: PostgresSettings) {
    const now = settings.now ?? Date.now;
    this.database = new PgDatabase(settings.databaseUrl);
    this.topics = new TopicDirectory(this.database);
    this.source = new PgSource(this.database, this.topics);
    this.retention = new PgRetention(this.database, now);
    const tasks = [this.retention, new PgCompaction(this.database, now)];
    this.upkeep = new PgUpkeep(tasks, settings.retentionIntervalMs ?? 60_000);
  }

  producer(): EventLogProducer {
    const producer = new PgProducer(this.database, this.topics);
    this.open.add(producer);
    this.upkeep.start();
    return producer;
  }

  async exclusiveProducer(name: string): Promise<ExclusiveProducer> {
    const writer = await PgExclusiveWriter.open(this.database, this.topics, name);
    const producer = new ExclusiveAppends(writer, (closed) => this.open.delete(closed));
    this.open.add(producer);
    this.upkeep.start();
    return producer;
  }

  consumer(options: ConsumerOptions): EventLogConsumer {
    const consumer = new GroupConsumer(options, this.source, (join) =>
      PgSession.join(this.database, this.topics, join, () => performance.now()),
    );
    this.open.add({ close: () => consumer.stop() });
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
    await this.upkeep.stop();
    await Promise.all([...this.open].map((part) => part.close()));
    this.open.clear();
    await this.database.close();
  }
}
