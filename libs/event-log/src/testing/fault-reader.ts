import type { ConsumerHandlers, RecordBatch } from '../port';
import { text } from './harness';

/** Notes the numbers that a FaultWriter wrote. It keeps its place itself, as a consumer does that stores offsets with its state. */
export class FaultReader implements ConsumerHandlers {
  /** Per partition, in the order in which they were handed over. */
  readonly numbers: number[][];
  private readonly nextOffsets = new Map<number, number>();

  constructor(partitions: number) {
    this.numbers = Array.from({ length: partitions }, () => []);
  }

  get count(): number {
    return this.numbers.reduce((sum, { length }) => sum + length, 0);
  }

  async onAssigned(_topic: string, partition: number): Promise<number | 'earliest'> {
    return this.nextOffsets.get(partition) ?? 'earliest';
  }

  async onRevoked(): Promise<void> {
    // Its place stays: the partition comes back to it.
  }

  async onBatch({ partition, records, nextOffset }: RecordBatch): Promise<void> {
    this.numbers[partition]?.push(...records.map(({ value }) => Number(text(value))));
    this.nextOffsets.set(partition, nextOffset);
  }
}
