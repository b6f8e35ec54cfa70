import { z } from 'zod';
import { orderSchema } from './order';

/** The largest revenue of one order, in cents (inclusive): sums of thousands of such orders are still exact. */
export const MAX_REVENUE_CENTS = 1_000_000_000_000;

/** What happened to the order. Every event carries the whole order as of its version. */
export const eventTypeSchema = z.enum([
  'order.created',
  'order.updated',
  'order.delivered',
  'order.refunded',
  'order.deleted',
]);

export type EventType = z.infer<typeof eventTypeSchema>;

/** The value of a record of the orders topic: an order and five fields of the event. */
export const orderEventSchema = orderSchema
  .extend({
    event_id: z.string().min(1).max(200),
    event_type: eventTypeSchema,
    /** Epoch ms UTC. */
    event_time_ms: z.number().int().nonnegative(),
    /** 1, 2, ... for each order id. */
    order_version: z.number().int().positive(),
    /** order_total in cents of the base currency (USD). */
    revenue_cents: z.number().int().nonnegative().max(MAX_REVENUE_CENTS),
  })
  .meta({ id: 'OrderEvent' });

export type OrderEvent = z.infer<typeof orderEventSchema>;

/** A record without event_type comes from a foreign producer: the five event fields are filled in where it is read. */
export const foreignOrderSchema = orderSchema.extend({ event_type: z.undefined().optional() });
