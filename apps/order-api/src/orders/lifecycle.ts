import type { EventType, Order } from '@orderpulse/contracts';
import { iso } from './assemble-order';
import { hashText } from './hash';
import type { OrderStatus } from './order.entity';

/** A step of an order's life after its creation. */
export type LifeStep = 'shipped' | 'delivered' | 'refunded';

/** A step that the simulated shop will take, `afterMs` (ms) after the step before it. */
export interface PlannedStep {
  step: LifeStep;
  afterMs: number;
}

const STEPS: readonly LifeStep[] = ['shipped', 'delivered', 'refunded'];

const NEXT: Readonly<Record<OrderStatus, LifeStep | null>> = {
  placed: 'shipped',
  payment_failed: null,
  shipped: 'delivered',
  delivered: 'refunded',
  refunded: null,
};

const EVENT_TYPES: Readonly<Record<LifeStep, EventType>> = {
  shipped: 'order.updated',
  delivered: 'order.delivered',
  refunded: 'order.refunded',
};

const LABELS: Readonly<Record<LifeStep, string>> = { shipped: 'Shipped', delivered: 'Delivered', refunded: 'Refunded' };

/** The only step that an order of this status can take; null at the end of its life. */
export function nextStep(status: OrderStatus): LifeStep | null {
  return NEXT[status];
}

export function eventTypeOf(step: LifeStep): EventType {
  return EVENT_TYPES[step];
}

/** What is left of a plan once `step` has been taken, by whomever. */
export function planAfter(plan: readonly PlannedStep[], step: LifeStep): PlannedStep[] {
  return plan.filter((planned) => STEPS.indexOf(planned.step) > STEPS.indexOf(step));
}

/** When the first step of the plan is due, epoch ms, counted from `fromMs`; null for an empty plan. */
export function dueMs(plan: readonly PlannedStep[], fromMs: number): number | null {
  const first = plan[0];
  return first ? fromMs + first.afterMs : null;
}

/** The order after a step at `atMs` (epoch ms). A refund is the whole total, or half of it for every third order. */
export function takeStep(order: Order, step: LifeStep, atMs: number): Order {
  const at = iso(atMs);
  const history = order.status_history ?? [];
  const entry = { status_id: history.length + 1, status: LABELS[step], timestamp: at };
  const next: Order = { ...order, shipping_status: LABELS[step], status_history: [...history, entry] };
  if (step === 'shipped') return ship(next, at);
  if (step === 'delivered') return deliver(next, at);
  const whole = hashText(order.order_id) % 3 !== 0;
  const refund = whole ? order.order_total : Math.floor(order.order_total * 50) / 100;
  return {
    ...next,
    refunded: 'yes',
    payment_status: whole ? 'refunded' : 'partially_refunded',
    partial_refund_amount: refund,
  };
}

function ship(order: Order, at: string): Order {
  const tracking = `TRK${hashText(`${order.order_id}/tracking`).toString().padStart(10, '0')}`;
  const shipment = {
    shipment_id: `${order.order_id}-1`,
    shipment_status: 'in_transit',
    shipment_timestamp: at,
    tracking_number: tracking,
    items: order.line_items.map((line) => line.product.product_id),
  };
  return { ...order, tracking_number: tracking, shipments: [shipment] };
}

function deliver(order: Order, at: string): Order {
  const shipments = (order.shipments ?? []).map((shipment) => ({
    ...shipment,
    shipment_status: 'delivered',
    shipment_timestamp: at,
  }));
  return { ...order, delivered: 'yes', delivery_date: at, shipments };
}
