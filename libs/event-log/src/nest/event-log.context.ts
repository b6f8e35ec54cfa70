import { BaseRpcContext } from '@nestjs/microservices';
import type { BatchContext, EventLogConsumer, RecordBatch } from '../port';

/** The context of a batch handler (`@Ctx()`): where the batch comes from, and what its handler may do. */
export class EventLogContext extends BaseRpcContext<[batch: RecordBatch]> {
  private error: { cause: unknown } | null = null;

  constructor(
    private readonly batch: RecordBatch,
    private readonly context: BatchContext,
    private readonly consumer: EventLogConsumer,
  ) {
    super([batch]);
  }

  get topic(): string {
    return this.batch.topic;
  }

  get partition(): number {
    return this.batch.partition;
  }

  /** Commits the group's offset of the batch's partition: the next one to read, by default the one after the batch. */
  commit(nextOffset: number = this.batch.nextOffset): Promise<void> {
    return this.consumer.commit(this.batch.topic, this.batch.partition, nextOffset);
  }

  /** Tells the group that this member lives; call at least every 1,000 records of slow work. */
  heartbeat(): Promise<void> {
    return this.context.heartbeat();
  }

  /** True when the partition was revoked or the consumer is stopping: stop handling soon. */
  isStale(): boolean {
    return this.context.isStale();
  }

  /** Keeps the error as it was thrown, before Nest's filters turn it into an answer. The first one counts. */
  noteError(cause: unknown): void {
    this.error ??= { cause };
  }

  /** The error of the handler, or null. */
  get notedError(): { cause: unknown } | null {
    return this.error;
  }
}
