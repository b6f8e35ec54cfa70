import { type Period, type Totals } from '@orderpulse/contracts';
import type { EventLogAdmin } from '@orderpulse/event-log';
import { PartitionOracle, type Sums, type WindowSums } from './partition-oracle';

const PAGE_RECORDS = 1_000;
const ADVANCE_MS = 1_000;
const SIZE_MS = 60_000;

/** What must have become of every record of the orders topic, made of the raw topic alone. */
export class TopicAccount {
  readonly partitions: PartitionOracle[] = [];

  constructor(
    private readonly admin: EventLogAdmin,
    private readonly topic: string,
  ) {}

  /** Reads what has come onto the topic since the last call; offsets that are gone from it become gaps. */
  async catchUp(): Promise<this> {
    for (const { partition, earliest, end } of await this.admin.bounds(this.topic)) {
      const oracle = (this.partitions[partition] ??= new PartitionOracle());
      if (earliest > oracle.nextOffset) oracle.skipTo(earliest);
      while (oracle.nextOffset < end) {
        const { records } = await this.admin.read(this.topic, partition, oracle.nextOffset, PAGE_RECORDS);
        if (records.length === 0) throw new Error(`offset ${oracle.nextOffset} of partition ${partition} cannot be read`);
        for (const record of records) oracle.read(record, Date.now());
      }
    }
    return this;
  }

  /** Of all partitions. */
  get read(): number {
    return this.partitions.reduce((sum, { counters }) => sum + counters.read, 0);
  }

  get totals(): Totals {
    const sums = emptySums();
    for (const { totals } of this.partitions) addSums(sums, totals);
    return toTotals(sums);
  }

  /** Starts of the oldest and the newest window that can be asked for, both inclusive. */
  get visible(): { fromMs: number; toMs: number } {
    const filled = this.partitions.filter(({ streamTimeMs }) => streamTimeMs >= 0);
    return {
      fromMs: Math.max(...filled.map(({ oldestVisibleMs }) => oldestVisibleMs)),
      toMs: Math.floor(Math.max(...filled.map(({ streamTimeMs }) => streamTimeMs)) / ADVANCE_MS) * ADVANCE_MS,
    };
  }

  /** The sums over all partitions of every window that can be asked for and holds an event, oldest first. */
  windows(): { startMs: number; sums: WindowSums }[] {
    const { fromMs, toMs } = this.visible;
    const windows: { startMs: number; sums: WindowSums }[] = [];
    for (let startMs = fromMs; startMs <= toMs; startMs += ADVANCE_MS) {
      const sums = this.window(startMs);
      if (sums.events > 0) windows.push({ startMs, sums });
    }
    return windows;
  }

  /** The six figures of the window that ends at `endMs`, a whole second. */
  period(endMs: number): Period {
    const { orders, revenueCents, fraud, delivered, refunded } = this.window(endMs - SIZE_MS);
    // Half away from zero; revenue is never negative.
    const averageCents = orders === 0 ? 0 : Number((2n * BigInt(revenueCents) + BigInt(orders)) / (2n * BigInt(orders)));
    return {
      orders,
      totalRevenue: revenueCents / 100,
      avgOrderValue: averageCents / 100,
      fraudCount: fraud,
      deliveredCount: delivered,
      refundedCount: refunded,
    };
  }

  private window(startMs: number): WindowSums {
    const merged: WindowSums = { events: 0, ...emptySums() };
    for (const oracle of this.partitions) {
      const own = oracle.window(startMs);
      if (!own) continue;
      merged.events += own.events;
      addSums(merged, own);
    }
    return merged;
  }
}

/** Sums as they go over the wire. */
export function toTotals({ orders, revenueCents, fraud, delivered, refunded }: Sums): Totals {
  return { orders, revenue: revenueCents / 100, fraud, delivered, refunded };
}

const emptySums = (): Sums => ({ orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 });

function addSums(target: Sums, added: Sums): void {
  target.orders += added.orders;
  target.revenueCents += added.revenueCents;
  target.fraud += added.fraud;
  target.delivered += added.delivered;
  target.refunded += added.refunded;
}
