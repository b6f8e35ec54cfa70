import { Logger } from '@nestjs/common';
import { messageOf } from '@orderpulse/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { isRetriable } from './error-facts';
import type { PartitionWorker } from './partition-worker';

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1_000;

export interface CheckpointerOptions {
  readonly intervalMs: number;
  /** Called after a checkpoint with the offset that is on disk. Must not throw. */
  readonly onStored: (nextOffset: number) => void;
  /** An error that trying again does not help; no more checkpoints follow. */
  readonly onFatal: (error: unknown) => void;
}

/**
 * Writes a partition's checkpoints, one at a time, at most an interval after a change. While they fail with an error that
 * may pass it tries again, and `healthy` holds reading back: the state in memory must not run away from the disk.
 */
export class Checkpointer {
  private readonly logger: Logger;
  private running: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private failure: string | null = null;

  constructor(
    private readonly worker: PartitionWorker,
    private readonly options: CheckpointerOptions,
  ) {
    this.logger = new Logger(`checkpoint-${worker.partition}`);
  }

  /** Why the last checkpoint failed, or null when it did not. */
  get problem(): string | null {
    return this.failure;
  }

  /** Sees to it that a checkpoint follows within the interval. */
  schedule(): void {
    if (this.stopped || this.timer || this.running) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.run();
    }, this.options.intervalMs);
  }

  /** Writes now, or joins the write under way; resolves when the try has ended, however it did. */
  run(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.running ??= this.attempt().finally(() => {
      this.running = null;
      if (this.worker.isDirty) this.schedule();
    });
    return this.running;
  }

  /** Resolves when the last checkpoint did not fail, or when it is of no use to wait any longer. */
  async healthy(isStale: () => boolean): Promise<void> {
    for (
      let backoffMs = FIRST_BACKOFF_MS;
      this.failure !== null && !this.stopped && !isStale();
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)
    ) {
      await delay(backoffMs);
      await this.run();
    }
  }

  /** Ends after the write under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.running;
  }

  private async attempt(): Promise<void> {
    if (!this.worker.isDirty && !this.worker.hasRejected) return;
    try {
      if (this.failure !== null) await this.worker.synchroniseRejected();
      const nextOffset = await this.worker.checkpoint();
      if (this.failure !== null) this.logger.log('checkpoints work again');
      this.failure = null;
      this.options.onStored(nextOffset);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    const message = messageOf(error);
    if (!isRetriable(error)) {
      this.stopped = true;
      this.options.onFatal(error);
    } else if (this.failure === null) this.logger.warn(`checkpoint failed, trying again: ${message}`);
    this.failure = message;
  }
}
