import { Injectable } from '@nestjs/common';
import type { PartitionBounds } from '@orderpulse/event-log';

interface Position {
  nextOffset: number;
  endOffset: number;
}

/**
 * How far the SQL tables have read the topic, where this service fills them. Where the engine reads the topic by itself
 * nothing is ever reported here and every answer is null.
 */
@Injectable()
export class IngestLag {
  private readonly positions = new Map<number, Position>();
  private trouble: string | null = null;

  /** @param nextOffset the next offset to read; @param endOffset the partition's end (exclusive) */
  moved(partition: number, nextOffset: number, endOffset: number): void {
    this.positions.set(partition, { nextOffset, endOffset: Math.max(nextOffset, endOffset) });
  }

  /** The partition is read by another instance now. */
  left(partition: number): void {
    this.positions.delete(partition);
  }

  /** What somebody has learnt about the ends of the partitions; a partition that is not read here is ignored. */
  sawEnds(bounds: readonly PartitionBounds[]): void {
    for (const { partition, end } of bounds) {
      const position = this.positions.get(partition);
      if (position) position.endOffset = Math.max(position.endOffset, end);
    }
  }

  troubled(reason: string | null): void {
    this.trouble = reason;
  }

  /** Why nothing is read at the moment; null when all is well. */
  problem(): string | null {
    return this.trouble;
  }

  /** Records on the topic that are not in the tables; null when it is not known. */
  records(): number | null {
    return this.sum(({ nextOffset, endOffset }) => endOffset - nextOffset);
  }

  /** Records read since ever, the sum of the next offsets; null when it is not known. */
  nextOffsets(): number | null {
    return this.sum(({ nextOffset }) => nextOffset);
  }

  private sum(of: (position: Position) => number): number | null {
    if (this.positions.size === 0) return null;
    let total = 0;
    for (const position of this.positions.values()) total += of(position);
    return total;
  }
}
