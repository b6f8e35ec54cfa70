import { Logger } from '@nestjs/common';
import type {
  BatchContext,
  ConsumerHandlers,
  EventLogAdmin,
  EventLogConsumer,
  RecordBatch,
} from '@orderpulse/event-log';
import type { OlapIngester } from '@orderpulse/olap-store';
import type { IngestLag } from './ingest-lag';
import type { IngestMetrics } from './ingest.metrics';

/** The tables have read further than the topic goes: reading on would wait for ever and then skip what is new. */
export class TopicMadeAnewError extends Error {
  readonly code = 'TOPIC_MADE_ANEW';
  readonly retriable = false;

  constructor(topic: string, partition: number, stored: number, end: number) {
    super(
      `${topic} partition ${partition} ends at ${end} but the SQL tables have read up to ${stored}: ` +
        'the topic was made anew; drop schema olap so that the tables are filled from it again',
    );
    this.name = 'TopicMadeAnewError';
  }
}

/**
 * Hands the batches of one consumer to the ingester. The start offset comes from the tables themselves, because rows and
 * offset are committed together there; the group's committed offset is only written for lag displays.
 */
export class BatchWriter implements ConsumerHandlers {
  private readonly logger = new Logger('ingestion');

  constructor(
    private readonly consumer: EventLogConsumer,
    private readonly admin: EventLogAdmin,
    private readonly ingester: OlapIngester,
    private readonly lag: IngestLag,
    private readonly metrics: IngestMetrics,
  ) {}

  async onAssigned(topic: string, partition: number): Promise<number> {
    const stored = await this.ingester.nextOffset(topic, partition);
    const bounds = (await this.admin.bounds(topic)).find((candidate) => candidate.partition === partition);
    if (bounds && stored > bounds.end) throw new TopicMadeAnewError(topic, partition, stored, bounds.end);
    const start = Math.max(stored, bounds?.earliest ?? stored);
    // The first read of a topic that retention has shortened misses nothing that the tables ever had.
    if (start > stored && stored > 0) {
      this.metrics.gap.inc(start - stored);
      this.logger.error(`partition ${partition}: ${start - stored} records had left the topic before they were read`);
    }
    this.lag.moved(partition, start, bounds?.end ?? start);
    return start;
  }

  async onRevoked(_topic: string, partition: number): Promise<void> {
    this.lag.left(partition);
  }

  async onBatch(batch: RecordBatch, context: BatchContext): Promise<void> {
    const result = await this.ingester.ingest(batch);
    this.metrics.records.inc({ outcome: 'inserted' }, result.inserted);
    this.metrics.records.inc({ outcome: 'duplicate' }, result.duplicates);
    this.metrics.records.inc({ outcome: 'rejected' }, result.rejected);
    // Another member may have the partition by now; the batch did no harm, but its figures are no longer ours.
    if (context.isStale()) return;
    this.lag.moved(batch.partition, result.nextOffset, batch.endOffset);
    await this.consumer.commit(batch.topic, batch.partition, result.nextOffset);
  }
}
