/* eslint-disable @nx/enforce-module-boundaries -- the records that engines are compared on are those of the product's own shop */
import { creationOf, type OrderChange, stepOf } from '../../../order-api/src/orders/order-change';
import type { PlannedStep } from '../../../order-api/src/orders/lifecycle';
import { arrivalGapMs, simulateOrder } from '../../../order-api/src/shop/simulation/simulated-order';
/* eslint-enable @nx/enforce-module-boundaries */

/** An event as it goes onto the orders topic. */
export interface ShopEvent {
  /** The order's id, the record's key. */
  key: string;
  /** Event time and time stamp of the record, epoch ms. */
  timeMs: number;
  /** The event as JSON text, 2.4 KB on average. */
  json: string;
}

/** Larger baskets than the shop's own: with them an event is 2.4 KB on average, which is what the design's figures are for. */
const MAX_LINES = 15;

/** The creation of the simulated shop's order number `index` (from 0) at `timeMs`; the same arguments give the same bytes. */
export function createdEvent(seed: number, index: number, timeMs: number): ShopEvent {
  return eventOf(created(seed, index, timeMs));
}

/**
 * What the simulated shop writes, without end and in order of event time: new orders at a mean rate, and the steps of those
 * that are shipped, delivered and refunded, about 1.7 events an order.
 * @param beginMs epoch ms of the shop's begin
 */
export function* shopEvents(seed: number, beginMs: number, ordersPerSecond: number): Generator<ShopEvent, never> {
  const due = new DueChanges();
  let arrivalMs = beginMs;
  for (let index = 0; ; index++) {
    arrivalMs += arrivalGapMs(seed, index, ordersPerSecond);
    const timeMs = Math.floor(arrivalMs);
    for (let step = due.takeUpTo(timeMs); step; step = due.takeUpTo(timeMs)) {
      const next = stepped(step);
      due.add(next);
      yield eventOf(next);
    }
    const change = created(seed, index, timeMs);
    due.add(change);
    yield eventOf(change);
  }
}

function created(seed: number, index: number, timeMs: number): OrderChange {
  const { order, plan } = simulateOrder(seed, index, timeMs, 'calm', MAX_LINES);
  return creationOf(order, timeMs, plan);
}

function stepped(change: OrderChange): OrderChange {
  const [first] = change.plan;
  if (!first || change.nextDueMs === null) throw new Error(`${change.orderId} is due without a planned step`);
  return stepOf(
    { ...change, plan: JSON.stringify(change.plan satisfies readonly PlannedStep[]) },
    first.step,
    change.nextDueMs,
  );
}

function eventOf({ orderId, eventTimeMs, event }: OrderChange): ShopEvent {
  return { key: orderId, timeMs: eventTimeMs, json: event };
}

/** Orders by the second of their next step. */
class DueChanges {
  private readonly bySecond = new Map<number, OrderChange[]>();
  /** Nothing is due before it. */
  private second = Number.MAX_SAFE_INTEGER;

  add(change: OrderChange): void {
    if (change.nextDueMs === null) return;
    const second = Math.floor(change.nextDueMs / 1_000);
    const list = this.bySecond.get(second);
    if (list) list.push(change);
    else this.bySecond.set(second, [change]);
    this.second = Math.min(this.second, second);
  }

  /** Takes the earliest change that is due at `timeMs` (inclusive); undefined when there is none. */
  takeUpTo(timeMs: number): OrderChange | undefined {
    for (; this.bySecond.size > 0 && this.second * 1_000 <= timeMs; this.second++) {
      const list = this.bySecond.get(this.second) ?? [];
      list.sort((a, b) => dueMs(a) - dueMs(b));
      const [earliest] = list;
      if (earliest && dueMs(earliest) > timeMs) return undefined;
      if (earliest) return list.shift();
      this.bySecond.delete(this.second);
    }
    return undefined;
  }
}

const dueMs = ({ nextDueMs }: OrderChange): number => nextDueMs ?? Number.MAX_SAFE_INTEGER;
