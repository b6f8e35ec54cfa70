import type { FigureDelta } from '../figures';

/** What the window aggregator needs to know of an event. */
export interface OrderFacts {
  /** The event id in UTF-8 is `[idStart, idEnd)` of these bytes: enough for a fingerprint, without making a text. */
  readonly idBytes: Uint8Array;
  readonly idStart: number;
  readonly idEnd: number;
  /** The event id, made anew by each access; half a surrogate pair, which UTF-8 does not have, is U+FFFD. */
  readonly eventId: string;
  /** Epoch ms. */
  readonly eventTimeMs: number;
  /** What the event counts for. */
  readonly figures: Readonly<FigureDelta>;
  /** What it may be grouped by; all empty unless they were asked for. */
  readonly groupKeys: Readonly<GroupKeys>;
}

/** What an event may be grouped by. An empty text means that the order does not say; rankings leave such orders out. */
export interface GroupKeys {
  /** The customer's state, as in the ranking of locations, and not the state that the order is shipped to. */
  state: string;
  /** Categories of the line items, each once, in the order of their first line. */
  categories: readonly string[];
  paymentMethod: string;
  loyaltyTier: string;
}

export interface FactsOptions {
  /** Whether to read group keys, which takes time. */
  readonly groupKeys: boolean;
}
