import type { Coupons, LatestOrders, Minute, Period, Popular, TopLocations } from '@orderpulse/contracts';

/** A half-open interval of event time, epoch ms: from ≤ t < to. */
export interface Interval {
  fromMs: number;
  toMs: number;
}

/** How far the store has read. */
export interface Freshness {
  /** Newest event time in the store, epoch ms; null when it is empty. */
  watermarkMs: number | null;
  /** True when a server or a segment did not answer; the figures may be too low. */
  partial: boolean;
}

/** An answer with the freshness that held while it was made. */
export type Fresh<T> = T & Freshness;

type Rows<T extends { meta: unknown }> = Omit<T, 'meta'>;

/**
 * The port of the SQL side: the named queries, not a dialect. Both adapters (pinot, postgres) keep three tables from
 * the orders topic, order_events (one row an event, once per event id), orders (latest version wins, deleted ones gone) and
 * order_lines (one row a line item of each created order), and pass one conformance suite on one golden data set.
 * Every method rejects with OlapUnavailableError (retriable) when the engine does not answer within its time-out.
 */
export interface OlapStore {
  readonly kind: 'pinot' | 'postgres';
  /** The six figures of an interval: exact sums over order_events. */
  period(interval: Interval): Promise<Fresh<{ period: Period }>>;
  /** Current [asOf − 60 s, asOf) and previous [asOf − 120 s, asOf − 60 s) from one statement. */
  overview(asOfMs: number): Promise<Fresh<{ current: Period; previous: Period }>>;
  /** Top items and categories by quantity, ties by name; `orders` counts distinct orders. */
  popular(interval: Interval, limit: number): Promise<Fresh<Rows<Popular>>>;
  /**
   * One row a minute, oldest first, for the `minutes` minutes up to the one that asOf is in (which is incomplete unless
   * asOf is its end). Empty minutes are zeros. `timeZone` is an IANA name and shapes `timestamp` only.
   */
  ordersPerMinute(asOfMs: number, minutes: number, timeZone: string): Promise<Fresh<{ rows: Minute[] }>>;
  /** Newest orders by creation event time (ties by order id), as of their latest version. */
  latestOrders(limit: number): Promise<Fresh<Rows<LatestOrders>>>;
  /** Coupon codes of orders created in the interval: use counts orders, ties by code. */
  coupons(interval: Interval, limit: number): Promise<Fresh<Rows<Coupons>>>;
  /** Cities and states of the customers of orders created in the interval. */
  topLocations(interval: Interval, limit: number): Promise<Fresh<Rows<TopLocations>>>;
  /** Sums over everything in order_events. */
  totals(): Promise<Fresh<{ events: number; period: Period }>>;
  /** Resolves when the engine answers and all three tables are there. @throws OlapUnavailableError with what is missing */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What brings the tables up; used by the scheduler. */
export interface OlapAdmin {
  /** Creates or changes what differs from the declaration. Idempotent; a second call changes nothing. */
  ensureTables(): Promise<{ created: string[]; changed: string[] }>;
  /** Resolves when the tables can be queried. @throws OlapUnavailableError with what is missing */
  probeTables(): Promise<void>;
  /** Engine and version, such as "pinot 0.11.0". @throws OlapUnavailableError */
  version(): Promise<string>;
  /** Removes rows older than the retention. @returns rows removed; null where the engine drops them by itself */
  applyRetention(nowMs: number): Promise<number | null>;
  close(): Promise<void>;
}

/** A record of the orders topic; an event-log record is one. */
export interface IngestRecord {
  offset: number;
  value: Uint8Array | null;
  /** Epoch ms. */
  timestampMs: number;
}

/** Consecutive records of one partition, in offset order; an event-log batch is one. */
export interface IngestBatch {
  topic: string;
  partition: number;
  records: readonly IngestRecord[];
  /** Where reading goes on after this batch (inclusive); at least the last record's offset + 1. */
  nextOffset: number;
}

/** What became of a batch's records: read = inserted + duplicates + rejected; skipped ones had been read before. */
export interface IngestResult {
  inserted: number;
  duplicates: number;
  /** Records that are no order event. The aggregator dead-letters them. */
  rejected: number;
  skipped: number;
  /** Where the partition stands now (exclusive). */
  nextOffset: number;
}

/**
 * What fills the tables of an engine that does not read the topic by itself. Rows and next offset are committed together,
 * so a batch that comes again after a crash is skipped by its offsets.
 */
export interface OlapIngester {
  /** The offset to read first (inclusive); 0 when nothing has been read. @throws OlapUnavailableError */
  nextOffset(topic: string, partition: number): Promise<number>;
  /**
   * Stores a batch and the offset after it. Records below the stored offset are skipped.
   * @throws OlapUnavailableError nothing of the batch is stored; the same batch may be given again
   */
  ingest(batch: IngestBatch): Promise<IngestResult>;
  close(): Promise<void>;
}

/** Injection tokens of the port in Nest modules. */
export const OLAP_STORE = Symbol('OlapStore');
export const OLAP_ADMIN = Symbol('OlapAdmin');
/** The OlapIngester, or null where the engine reads the topic by itself. */
export const OLAP_INGESTER = Symbol('OlapIngester');
