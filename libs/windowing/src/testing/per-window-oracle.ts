/**
 * A reference program for the window rules, independent of the code under test: it keeps every window of every group by
 * itself, applies the lateness rule to each window of each record literally, and remembers every event id in a plain list.
 * Slow on purpose; nothing here knows slices, rings or running sums.
 */
export interface OracleRecord {
  partition: number;
  eventId: string;
  timeMs: number;
  orders: number;
  revenueCents: number;
  fraud: number;
  delivered: number;
  refunded: number;
  state: string;
  paymentMethod: string;
  loyaltyTier: string;
  categories: string[];
}

export interface OracleWindow {
  start: number;
  end: number;
  events: number;
  orders: number;
  revenueCents: number;
  fraud: number;
  delivered: number;
  refunded: number;
}

/** The rules of one store: which windows a time belongs to, when a window can be asked for, and what a record is counted under. */
export interface OracleRules {
  grace: number;
  windowsOf(timeMs: number): { start: number; end: number }[];
  isVisible(window: { start: number; end: number }, streamTime: number): boolean;
  groupsOf(record: OracleRecord): string[];
}

const DAY = 24 * 60 * 60 * 1000;
const oneGroup: OracleRules['groupsOf'] = () => [''];

/** Kafka Streams' hopping windows: the loop over starts of its TimeWindows, and its rule of what is expired. */
export function hoppingRules(size: number, advance: number, grace: number, groupsOf = oneGroup): OracleRules {
  return {
    grace,
    groupsOf,
    windowsOf(timeMs) {
      const windows = [];
      const firstStart = Math.floor(Math.max(0, timeMs - size + advance) / advance) * advance;
      for (let start = firstStart; start <= timeMs; start += advance) windows.push({ start, end: start + size });
      return windows;
    },
    isVisible: ({ start }, streamTime) => start > Math.floor(streamTime / advance) * advance - (size + grace),
  };
}

/** Day to date: of the windows that begin at a midnight and end after a number of steps, those that contain the time. */
export function cumulativeRules(step: number, grace: number, groupsOf = oneGroup): OracleRules {
  return {
    grace,
    groupsOf,
    windowsOf(timeMs) {
      const start = timeMs - (timeMs % DAY);
      const windows = [];
      for (let end = start + step; end <= start + DAY; end += step) if (timeMs < end) windows.push({ start, end });
      return windows;
    },
    isVisible: ({ end }, streamTime) => end > streamTime - grace,
  };
}

export interface OracleDeduplication {
  horizon: number;
  bucket: number;
}

/** One store of one partition. */
export class OracleStore {
  counted = 0;
  late = 0;
  private readonly windows = new Map<string, Map<string, OracleWindow>>();

  constructor(private readonly rules: OracleRules) {}

  read(record: OracleRecord, streamTime: number): boolean {
    let entered = false;
    for (const { start, end } of this.rules.windowsOf(record.timeMs)) {
      if (!(end > streamTime - this.rules.grace)) continue;
      entered = true;
      for (const group of new Set(this.rules.groupsOf(record))) this.put(group, start, end, record);
    }
    if (entered) this.counted++;
    else this.late++;
    return entered;
  }

  /** Windows by group that can be asked for and hold something, by end. */
  visible(streamTime: number): Map<string, OracleWindow[]> {
    const groups = new Map<string, OracleWindow[]>();
    for (const [group, windows] of this.windows) {
      const visible = [...windows.values()].filter((window) => this.rules.isVisible(window, streamTime));
      if (visible.length > 0)
        groups.set(
          group,
          visible.sort((a, b) => a.end - b.end),
        );
    }
    return groups;
  }

  private put(group: string, start: number, end: number, record: OracleRecord): void {
    let windows = this.windows.get(group);
    if (!windows) this.windows.set(group, (windows = new Map<string, OracleWindow>()));
    const key = `${start} ${end}`;
    let window = windows.get(key);
    if (!window) {
      window = { start, end, events: 0, orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };
      windows.set(key, window);
    }
    window.events += 1;
    window.orders += record.orders;
    window.revenueCents += record.revenueCents;
    window.fraud += record.fraud;
    window.delivered += record.delivered;
    window.refunded += record.refunded;
  }
}

/** One partition: stream time, deduplication and the account over its stores, of which the first says what is late. */
export class OraclePartition {
  streamTime = -1;
  readonly stores: readonly OracleStore[];
  readonly totals = { events: 0, orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };
  private readonly seen: { eventId: string; timeMs: number }[] = [];

  /** @param deduplication null counts every record */
  constructor(
    rules: readonly OracleRules[],
    private readonly deduplication: OracleDeduplication | null,
  ) {
    this.stores = rules.map((each) => new OracleStore(each));
  }

  read(record: OracleRecord): 'counted' | 'duplicate' | 'late' {
    if (this.isDuplicate(record)) return 'duplicate';
    this.streamTime = Math.max(this.streamTime, record.timeMs);
    this.seen.push({ eventId: record.eventId, timeMs: record.timeMs });
    const [entered] = this.stores.map((store) => store.read(record, this.streamTime));
    if (!entered) return 'late';
    this.totals.events += 1;
    this.totals.orders += record.orders;
    this.totals.revenueCents += record.revenueCents;
    this.totals.fraud += record.fraud;
    this.totals.delivered += record.delivered;
    this.totals.refunded += record.refunded;
    return 'counted';
  }

  private isDuplicate({ eventId }: OracleRecord): boolean {
    if (!this.deduplication) return false;
    const { horizon, bucket } = this.deduplication;
    const oldest = Math.floor((this.streamTime - horizon) / bucket);
    return this.seen.some((entry) => entry.eventId === eventId && Math.floor(entry.timeMs / bucket) >= oldest);
  }
}
