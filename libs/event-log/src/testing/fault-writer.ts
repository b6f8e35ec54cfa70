import { setTimeout as delay } from 'node:timers/promises';
import type { EventLogAdmin, EventLogProducer, NewRecord } from '../port';
import { text } from './harness';

export interface FaultWriterOptions {
  topic: string;
  partitions: number;
  /** Records of one append. */
  batchSize: number;
  /**
   * What follows an append that rejected. 'recover' reads the last record of every partition and appends what is not there;
   * 'go on' leaves the batch as it is, of which any part may be in the log, and appends the next one.
   */
  afterRejection: 'recover' | 'go on';
}

const PAUSE_MS = 100;

/** Appends the numbers from 0 on as records, number n to partition n modulo the count of partitions, until it is stopped. */
export class FaultWriter {
  /** Numbers of every append that has resolved. */
  readonly acknowledged = new Set<number>();
  /** What appends have rejected with. */
  readonly rejections: unknown[] = [];
  /** What reading the last records has rejected with. */
  readonly readErrors: unknown[] = [];
  /** First number (exclusive bound) of which nothing has been appended yet. */
  next = 0;
  private running = true;
  private loop: Promise<void> | null = null;

  constructor(
    private readonly producer: EventLogProducer,
    private readonly admin: EventLogAdmin,
    readonly options: FaultWriterOptions,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  /** Resolves when the batch under way is done with; one that recovers has all of it in the log by then. */
  async stop(): Promise<void> {
    this.running = false;
    await this.loop;
  }

  private async run(): Promise<void> {
    const { batchSize, afterRejection } = this.options;
    while (this.running) {
      const batch = Array.from({ length: batchSize }, (_, index) => this.next + index);
      this.next += batchSize;
      for (let rest = batch; !(await this.append(rest)) && afterRejection === 'recover';) {
        rest = await this.missing(batch);
      }
    }
  }

  private async append(numbers: readonly number[]): Promise<boolean> {
    const { topic, partitions } = this.options;
    const timestampMs = Date.now();
    const records = numbers.map((number): NewRecord => ({
      partition: number % partitions,
      key: null,
      value: Buffer.from(String(number)),
      timestampMs,
    }));
    try {
      await this.producer.append(topic, records);
    } catch (error) {
      this.rejections.push(error);
      await delay(PAUSE_MS);
      return false;
    }
    for (const number of numbers) this.acknowledged.add(number);
    return true;
  }

  /** Those of a batch that are not in the log; asks until the log answers. */
  private async missing(batch: readonly number[]): Promise<number[]> {
    for (;;) {
      try {
        const last = await this.lastNumbers();
        return batch.filter((number) => number > (last[number % last.length] ?? -1));
      } catch (error) {
        this.readErrors.push(error);
        await delay(PAUSE_MS);
      }
    }
  }

  private async lastNumbers(): Promise<number[]> {
    const { topic, partitions } = this.options;
    const last: number[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      const record = await this.admin.readLast(topic, partition);
      last.push(record === null ? -1 : Number(text(record.value)));
    }
    return last;
  }
}
