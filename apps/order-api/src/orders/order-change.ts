import { type EventType, type Order, toCents } from '@orderpulse/contracts';
import { eventIdOf } from './hash';
import { dueMs, eventTypeOf, type LifeStep, planAfter, type PlannedStep, takeStep } from './lifecycle';
import type { OrderEntity, OrderStatus } from './order.entity';

/** One version of an order and its event, ready to be written. */
export interface OrderChange {
  orderId: string;
  /** 1 stores a new order; n > 1 replaces version n − 1. */
  version: number;
  status: OrderStatus;
  /** Epoch ms. */
  createdAtMs: number;
  plan: readonly PlannedStep[];
  /** Epoch ms; null when no step is planned. */
  nextDueMs: number | null;
  /** Epoch ms. */
  eventTimeMs: number;
  /** order_total in cents of the base currency. */
  revenueCents: number;
  /** The order as JSON text. */
  document: string;
  /** The event as JSON text: the order and the five event fields. */
  event: string;
}

interface ChangeInput {
  order: Order;
  version: number;
  status: OrderStatus;
  eventType: EventType;
  createdAtMs: number;
  eventTimeMs: number;
  plan: readonly PlannedStep[];
}

/** The change that stores a new order, created at `createdAtMs` (epoch ms). */
export function creationOf(order: Order, createdAtMs: number, plan: readonly PlannedStep[] = []): OrderChange {
  const status = order.payment_status === 'failed' ? 'payment_failed' : 'placed';
  const times = { createdAtMs, eventTimeMs: createdAtMs };
  return change({ order, version: 1, status, eventType: 'order.created', plan, ...times });
}

/** The change that takes a stored order one step on, at `atMs` (epoch ms). The caller knows that the step is possible. */
export function stepOf(stored: OrderEntity, step: LifeStep, atMs: number): OrderChange {
  const order = takeStep(JSON.parse(stored.document) as Order, step, atMs);
  const plan = planAfter(JSON.parse(stored.plan) as PlannedStep[], step);
  const times = { createdAtMs: stored.createdAtMs, eventTimeMs: atMs };
  return change({ order, version: stored.version + 1, status: step, eventType: eventTypeOf(step), plan, ...times });
}

function change(input: ChangeInput): OrderChange {
  const { order, version, eventTimeMs } = input;
  const revenueCents = toCents(order.order_total, order.exchange_rate ?? 1);
  const document = JSON.stringify(order);
  const fields = {
    event_id: eventIdOf(order.order_id, version),
    event_type: input.eventType,
    event_time_ms: eventTimeMs,
    order_version: version,
    revenue_cents: revenueCents,
  };
  return {
    orderId: order.order_id,
    version,
    status: input.status,
    createdAtMs: input.createdAtMs,
    plan: input.plan,
    nextDueMs: dueMs(input.plan, eventTimeMs),
    eventTimeMs,
    revenueCents,
    document,
    // Joins the two objects as text: the order is large and is turned into JSON once.
    event: `${document.slice(0, -1)},${JSON.stringify(fields).slice(1)}`,
  };
}
