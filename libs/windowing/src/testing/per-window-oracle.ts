/**
 * A reference program for the window rules, independent of the code under test: it keeps every window by itself, applies
 * Kafka Streams' lateness rule to each window of each record literally, and remembers every event id in a plain list.
 * Slow on purpose; nothing here knows slices, rings or running sums.
 */
export interface OracleRecord {
  partition: number;
  eventId: string;
  timeMs: number;
  orders: number;
  revenueCents: bigint;
  fraud: number;
  delivered: number;
  refunded: number;
}

export interface OracleWindow {
  events: number;
  orders: number;
  revenueCents: bigint;
  fraud: number;
  delivered: number;
  refunded: number;
}

const empty = (): OracleWindow => ({ events: 0, orders: 0, revenueCents: 0n, fraud: 0, delivered: 0, refunded: 0 });

function put(window: OracleWindow, record: OracleRecord): void {
  window.events += 1;
  window.orders += record.orders;
  window.revenueCents += record.revenueCents;
  window.fraud += record.fraud;
  window.delivered += record.delivered;
  window.refunded += record.refunded;
}

interface OraclePartition {
  streamTime: number;
  windows: Map<number, OracleWindow>;
  seen: { eventId: string; timeMs: number }[];
  totals: OracleWindow;
}

export interface OracleSettings {
  size: number;
  advance: number;
  grace: number;
  deduplicate: boolean;
  horizon: number;
  bucket: number;
}

export class PerWindowOracle {
  private readonly partitions = new Map<number, OraclePartition>();

  constructor(private readonly settings: OracleSettings) {}

  read(record: OracleRecord): 'counted' | 'duplicate' | 'late' {
    const { size, advance, grace } = this.settings;
    const partition = this.partition(record.partition);
    if (this.settings.deduplicate) {
      if (this.remembered(partition).some((entry) => entry.eventId === record.eventId)) return 'duplicate';
    }
    partition.streamTime = Math.max(partition.streamTime, record.timeMs);
    partition.seen.push({ eventId: record.eventId, timeMs: record.timeMs });
    let entered = false;
    const firstStart = Math.floor(Math.max(0, record.timeMs - size + advance) / advance) * advance;
    for (let start = firstStart; start <= record.timeMs; start += advance) {
      const end = start + size;
      if (end > partition.streamTime - grace) {
        entered = true;
        const window = partition.windows.get(start) ?? empty();
        put(window, record);
        partition.windows.set(start, window);
      }
    }
    if (!entered) return 'late';
    put(partition.totals, record);
    return 'counted';
  }

  /** Visible windows of a partition that hold something: start > maxWindowStart − (size + grace). */
  visible(partition: number): Map<number, OracleWindow> {
    const { windows, streamTime } = this.partition(partition);
    const { size, advance, grace } = this.settings;
    const maxWindowStart = Math.floor(streamTime / advance) * advance;
    return new Map([...windows].filter(([start]) => start > maxWindowStart - (size + grace)));
  }

  totals(partition: number): OracleWindow {
    return this.partition(partition).totals;
  }

  streamTime(partition: number): number {
    return this.partition(partition).streamTime;
  }

  private remembered(partition: OraclePartition): { eventId: string; timeMs: number }[] {
    const { horizon, bucket } = this.settings;
    const oldest = Math.floor((partition.streamTime - horizon) / bucket);
    return partition.seen.filter((entry) => Math.floor(entry.timeMs / bucket) >= oldest);
  }

  private partition(id: number): OraclePartition {
    let partition = this.partitions.get(id);
    if (!partition) {
      partition = { streamTime: -1, windows: new Map(), seen: [], totals: empty() };
      this.partitions.set(id, partition);
    }
    return partition;
  }
}
