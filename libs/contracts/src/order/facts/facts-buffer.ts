import { type FigureDelta, writeFigureDelta } from '../figures';
import type { OrderEvent } from '../order-event';
import type { FactsOptions, GroupKeys, OrderFacts } from './order-facts';

const encoder = new TextEncoder();
// A byte order mark at the start of an id is a character of it.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Facts that are written over for each event. */
export class FactsBuffer implements OrderFacts {
  idBytes: Uint8Array = new Uint8Array(0);
  idStart = 0;
  idEnd = 0;
  eventTimeMs = 0;
  readonly figures: FigureDelta = { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };
  readonly groupKeys: GroupKeys = { state: '', categories: [], paymentMethod: '', loyaltyTier: '' };

  get eventId(): string {
    return utf8.decode(this.idBytes.subarray(this.idStart, this.idEnd));
  }

  /** Takes the facts of a decoded event. */
  write(event: OrderEvent, options: FactsOptions): void {
    this.idBytes = encoder.encode(event.event_id);
    this.idStart = 0;
    this.idEnd = this.idBytes.length;
    this.eventTimeMs = event.event_time_ms;
    writeFigureDelta(event, this.figures);
    if (!options.groupKeys) return;
    const { groupKeys } = this;
    groupKeys.state = event.customer.state ?? '';
    groupKeys.categories = [...new Set(event.line_items.map(({ product }) => product.category))];
    groupKeys.paymentMethod = event.payment_method ?? '';
    groupKeys.loyaltyTier = event.loyalty_tier ?? '';
  }
}

/** The facts of an event that was decoded already. */
export function factsOf(event: OrderEvent, options: FactsOptions): OrderFacts {
  const facts = new FactsBuffer();
  facts.write(event, options);
  return facts;
}
