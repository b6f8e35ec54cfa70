import { setImmediate as breathe } from 'node:timers/promises';
import { partitionKey, type TopicPartition } from '../core/fair-share';
import { settledWithin } from '../core/signal';
import type { BatchContext, ConsumerHandlers, RecordBatch, WantedStart } from '../port';

/** One partition in the hands of this member, from one rebalance to the next. */
export class KafkaAssignment {
  readonly key: string;
  private readonly context: BatchContext;
  private stale = false;
  private asked = false;
  private running: Promise<void> = Promise.resolve();
  private revocation: Promise<void> | null = null;
  /** Ends the wait for a batch that hangs. */
  private release: () => void = () => undefined;

  constructor(
    readonly partition: TopicPartition,
    private readonly handlers: ConsumerHandlers,
    /** True when the group may have given the partition away without this member noticing yet; then the session ends. */
    private readonly isLost: () => boolean,
  ) {
    this.key = partitionKey(partition);
    // Heartbeats go out on timers; slow work only has to let them.
    this.context = { isStale: () => this.isStale(), heartbeat: () => breathe() };
  }

  /** Once true it stays so: what was left out meanwhile is missing, whatever is heard of the group later. */
  isStale(): boolean {
    this.stale ||= this.isLost();
    return this.stale;
  }

  /** The running batch sees that it is stale; nothing more is handed over. */
  markStale(): void {
    this.stale = true;
  }

  /** Asks the owner where to start. Null when the partition has gone before or meanwhile. */
  async assign(): Promise<WantedStart | null> {
    if (this.isStale()) return null;
    this.asked = true;
    const wanted = await this.handlers.onAssigned(this.partition.topic, this.partition.partition);
    return this.isStale() ? null : wanted;
  }

  /** Hands a batch over. False when it is stale, or when the wait for a hanging handler was given up. */
  async handle(batch: RecordBatch): Promise<boolean> {
    if (this.isStale()) return false;
    const work = this.handlers.onBatch(batch, this.context);
    this.running = work.catch(() => undefined);
    return new Promise((resolve, reject) => {
      this.release = () => resolve(false);
      work.then(() => resolve(true), reject);
    });
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
