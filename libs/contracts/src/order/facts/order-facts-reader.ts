import { MAX_EVENT_BYTES, MAX_FUTURE_MS } from '../../topics';
import { type DecodeErrorCode, decodeOrderEvent, type RecordPosition } from '../decode';
import { type CountedFields, writeFigureDelta } from '../figures';
import { type EventType, orderEventSchema } from '../order-event';
import { compileShape } from './compile-shape';
import { FactsBuffer } from './facts-buffer';
import type { FactsOptions, OrderFacts } from './order-facts';
import { ShapeScanner } from './shape-scanner';

export type FactsResult =
  | { readonly ok: true; readonly facts: OrderFacts }
  | { readonly ok: false; readonly code: DecodeErrorCode; readonly message: string };

/** How many records were read in which way. */
export interface FactsReaderCounts {
  /** From their bytes alone. */
  readonly scanned: number;
  /** By decodeOrderEvent: those of foreign producers, bad ones, and ones that are written in an unusual way. */
  readonly decoded: number;
}

const COUNTED_PATHS = [
  'event_id',
  'event_type',
  'event_time_ms',
  'revenue_cents',
  'fraud_flag',
  'delivered',
  'refunded',
] as const;
const GROUP_PATHS = ['customer.state', 'payment_method', 'loyalty_tier', 'line_items[].product.category'] as const;
const PATHS = [...COUNTED_PATHS, ...GROUP_PATHS];

const slotOf = (path: (typeof PATHS)[number]): number => PATHS.indexOf(path);
const EVENT_ID = slotOf('event_id');
const EVENT_TYPE = slotOf('event_type');
const EVENT_TIME_MS = slotOf('event_time_ms');
const REVENUE_CENTS = slotOf('revenue_cents');
const FRAUD_FLAG = slotOf('fraud_flag');
const DELIVERED = slotOf('delivered');
const REFUNDED = slotOf('refunded');
const STATE = slotOf('customer.state');
const PAYMENT_METHOD = slotOf('payment_method');
const LOYALTY_TIER = slotOf('loyalty_tier');
const CATEGORY = slotOf('line_items[].product.category');

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads records of the orders topic as decodeOrderEvent does, for whoever needs no more than the facts. For every value,
 * position and clock the result is the same; it comes in less than a tenth of the time, because no object is made of the record.
 * Whatever the scanner is not sure about goes through decodeOrderEvent, so there is one definition of an event still.
 */
export class OrderFactsReader {
  private readonly options: FactsOptions;
  private readonly scanner: ShapeScanner;
  private readonly facts = new FactsBuffer();
  private readonly accepted: FactsResult = { ok: true, facts: this.facts };
  private readonly event: CountedFields = {
    event_type: 'order.created',
    revenue_cents: 0,
    fraud_flag: undefined,
    delivered: undefined,
    refunded: undefined,
  };
  private scanned = 0;
  private decoded = 0;

  constructor(options: FactsOptions) {
    this.options = options;
    const paths = options.groupKeys ? PATHS : COUNTED_PATHS;
    this.scanner = new ShapeScanner(compileShape(orderEventSchema, paths), MAX_EVENT_BYTES);
  }

  get counts(): FactsReaderCounts {
    return { scanned: this.scanned, decoded: this.decoded };
  }

  /**
   * Reads one record.
   * @param value the record's raw bytes, or null
   * @param position where the record stands
   * @param nowMs the reader's clock, epoch ms; an event time more than 60 s ahead of it is refused
   * @returns the facts, in an object that is written over by the next read; or why the record is a dead letter
   */
  read(value: Uint8Array | null, position: RecordPosition, nowMs: number): FactsResult {
    if (value !== null && this.scan(value, nowMs)) {
      this.scanned++;
      return this.accepted;
    }
    this.decoded++;
    const result = decodeOrderEvent(value, position, nowMs);
    if (!result.ok) return result;
    this.facts.write(result.event, this.options);
    return this.accepted;
  }

  /** @returns false when the record has to be decoded */
  private scan(value: Uint8Array, nowMs: number): boolean {
    const { scanner, facts, event } = this;
    if (!scanner.scan(value) || !(scanner.isAscii || isUtf8(value))) return false;
    const { kept } = scanner;
    const eventTimeMs = kept.number(EVENT_TIME_MS);
    if (eventTimeMs > nowMs + MAX_FUTURE_MS) return false;
    facts.idBytes = kept.bytes;
    facts.idStart = kept.start(EVENT_ID);
    facts.idEnd = kept.end(EVENT_ID);
    facts.eventTimeMs = eventTimeMs;
    // The scanner has checked that it is one of the schema's.
    event.event_type = kept.text(EVENT_TYPE) as EventType;
    event.revenue_cents = kept.number(REVENUE_CENTS);
    event.fraud_flag = kept.isTrue(FRAUD_FLAG) || kept.text(FRAUD_FLAG);
    event.delivered = kept.text(DELIVERED);
    event.refunded = kept.text(REFUNDED);
    writeFigureDelta(event, facts.figures);
    if (this.options.groupKeys) this.readGroupKeys();
    return true;
  }

  private readGroupKeys(): void {
    const { kept } = this.scanner;
    const categories: string[] = [];
    for (let index = 0; index < kept.repeatedCount; index++) {
      const category = kept.text(CATEGORY, index);
      if (category !== undefined && !categories.includes(category)) categories.push(category);
    }
    const { groupKeys } = this.facts;
    groupKeys.state = kept.text(STATE) ?? '';
    groupKeys.categories = categories;
    groupKeys.paymentMethod = kept.text(PAYMENT_METHOD) ?? '';
    groupKeys.loyaltyTier = kept.text(LOYALTY_TIER) ?? '';
  }
}

/** Asked only for records with characters beyond ASCII: the whole text is made to know it. */
function isUtf8(value: Uint8Array): boolean {
  try {
    strictUtf8.decode(value);
    return true;
  } catch {
    // Decoding the record says what is wrong.
    return false;
  }
}
