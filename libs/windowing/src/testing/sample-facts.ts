import type { FigureDelta, GroupKeys, OrderFacts } from '@orderpulse/contracts';

let ids = 0;

/** The facts of an event: its id, and what it counts for and is grouped by. */
export function factsOf(
  eventId: string,
  eventTimeMs: number,
  figures: Partial<FigureDelta> = {},
  groupKeys: Partial<GroupKeys> = {},
): OrderFacts {
  const idBytes = Buffer.from(eventId);
  return {
    eventId,
    idBytes,
    idStart: 0,
    idEnd: idBytes.length,
    eventTimeMs,
    figures: { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0, ...figures },
    groupKeys: { state: '', categories: [], paymentMethod: '', loyaltyTier: '', ...groupKeys },
  };
}

/** The facts of a created order of 1.00, unless told otherwise, with an id of its own. */
export function orderFacts(
  eventTimeMs: number,
  figures: Partial<FigureDelta> = {},
  groupKeys: Partial<GroupKeys> = {},
): OrderFacts {
  return factsOf(`sample-${ids++}`, eventTimeMs, { orders: 1, revenueCents: 100, ...figures }, groupKeys);
}
