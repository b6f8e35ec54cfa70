import type { BatchContext, ConsumerHandlers, LogRecord, RecordBatch } from '../port';
import { partitionKey, type TopicPartition } from '../core/fair-share';
import { settledWithin } from '../core/signal';

/** One partition in the hands of this member, from one rebalance to the next. */
export class KafkaAssignment {
  readonly key: string;
  private stale = false;
  private asked = false;
  private position: number | null = null;
  private running: Promise<void> = Promise.resolve();
  private revocation: Promise<void> | null = null;
  private release: () => void = () => undefined;
  private readonly abandoned = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  constructor(
    readonly partition: TopicPartition,
    private readonly handlers: ConsumerHandlers,
    /** True when the group may have given the partition away without this member noticing yet. */
    private readonly isLost: () => boolean,
  ) {
    this.key = partitionKey(partition);
  }

  isStale(): boolean {
    return this.stale || this.isLost();
  }

  /** The running batch sees that it is stale; nothing more is handed over. */
  markStale(): void {
    this.stale = true;
  }

  /** Asks the owner where to start. Null when the partition has gone before or meanwhile. */
  async assign(): Promise<number | 'earliest' | 'latest' | 'committed' | null> {
    if (this.isStale()) return null;
    this.asked = true;
    const wanted = await this.handlers.onAssigned(this.partition.topic, this.partition.partition);
    return this.isStale() ? null : wanted;
  }

  /** From now on records are handed over, beginning with `position`. */
  begin(position: number): void {
    this.position = position;
  }

  /**
   * Where a fetched run of records goes on for this partition: those already handed over are cut off. Null when there is
   * nothing to hand over. A log that ends before our position is another log (made anew, or cut): it is read as it is, and the
   * owner sees it from the offsets.
   */
  accept(records: LogRecord[], endOffset: number): LogRecord[] | null {
    if (this.isStale() || this.position === null) return null;
    const { position } = this;
    const fresh = endOffset < position ? records : records.filter(({ offset }) => offset >= position);
    return fresh.length > 0 ? fresh : null;
  }

  /** Hands a batch over. Resolves early, with false, when the wait for a hanging handler was given up. */
  async handle(batch: RecordBatch, heartbeat: () => Promise<void>): Promise<boolean> {
    const context: BatchContext = { isStale: () => this.isStale(), heartbeat };
    const work = this.handlers.onBatch(batch, context);
    this.running = work.catch(() => undefined);
    const handled = await Promise.race([work.then(() => true), this.abandoned.then(() => false)]);
    if (handled) this.position = batch.nextOffset;
    return handled;
  }

  /** Waits for the running batch (no longer than `patienceMs`) and tells the owner, once (waiting as long again at most). */
  revoke(patienceMs: number, onFailure: (error: unknown) => void): Promise<void> {
    this.stale = true;
    this.revocation ??= this.giveUp(patienceMs, onFailure);
    return this.revocation;
  }

  private async giveUp(patienceMs: number, onFailure: (error: unknown) => void): Promise<void> {
    await settledWithin(this.running, patienceMs);
    this.release();
    if (!this.asked) return;
    const { topic, partition } = this.partition;
    await settledWithin(this.handlers.onRevoked(topic, partition).catch(onFailure), patienceMs);
  }
}
