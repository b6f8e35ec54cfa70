import { z } from 'zod';
import { metaSchema } from './common';

const count = z.number().int().nonnegative();
const money = z.number();

/** The six figures of one period. Money has at most two decimals. */
export const periodSchema = z
  .object({
    orders: count,
    totalRevenue: money,
    avgOrderValue: money,
    fraudCount: count,
    deliveredCount: count,
    refundedCount: count,
  })
  .meta({ id: 'Period' });
export type Period = z.infer<typeof periodSchema>;

/** GET /orders/overview and /orders/overview2: [asOf − 60 s, asOf) and [asOf − 120 s, asOf − 60 s). */
export const overviewSchema = z
  .object({ currentTimePeriod: periodSchema, previousTimePeriod: periodSchema, meta: metaSchema })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overviewSchema>;

/** GET /orders/popular: five items and five categories by quantity, ties by name. */
export const popularSchema = z
  .object({
    itemNames: z.array(z.object({ itemName: z.string(), orders: count, quantity: count })),
    categories: z.array(z.object({ category: z.string(), orders: count, quantity: count })),
    meta: metaSchema,
  })
  .meta({ id: 'Popular' });
export type Popular = z.infer<typeof popularSchema>;

/** One minute; `timestamp` is its start as ISO 8601 with the zone's offset. */
export const minuteSchema = z
  .object({
    timestamp: z.string(),
    /** Epoch ms of the minute's start. */
    timestampMs: z.number().int(),
    orders: count,
    revenue: money,
    fraud: count,
    delivered: count,
    refunded: count,
    /** False for the minute that is still running. */
    complete: z.boolean(),
  })
  .meta({ id: 'Minute' });
export type Minute = z.infer<typeof minuteSchema>;

/** GET /orders/ordersperminute: 60 rows, newest last, empty minutes as zeros. */
export const ordersPerMinuteSchema = z
  .object({ rows: z.array(minuteSchema), meta: metaSchema })
  .meta({ id: 'OrdersPerMinute' });
export type OrdersPerMinute = z.infer<typeof ordersPerMinuteSchema>;

export const latestOrderSchema = z
  .object({
    orderId: z.string(),
    /** ISO 8601 UTC. */
    timestamp: z.string(),
    /** In the order's own currency. */
    orderTotal: money,
    /** ISO 4217 code of orderTotal; absent when the order does not say. */
    currency: z.string().optional(),
    customerId: z.string(),
    /** Line items. */
    productsOrdered: count,
    /** Units over all line items. */
    totalQuantity: count,
  })
  .meta({ id: 'LatestOrder' });

/** GET /orders/latestorders: ten newest by event time. */
export const latestOrdersSchema = z
  .object({ rows: z.array(latestOrderSchema), meta: metaSchema })
  .meta({ id: 'LatestOrders' });
export type LatestOrders = z.infer<typeof latestOrdersSchema>;

/** GET /orders/couponslastminute: five, by use, ties by code. */
export const couponsSchema = z
  .object({ rows: z.array(z.object({ coupon_code: z.string(), times_used: count })), meta: metaSchema })
  .meta({ id: 'Coupons' });
export type Coupons = z.infer<typeof couponsSchema>;

/** GET /orders/toplocations: five cities and five states by orders, ties by name. */
export const topLocationsSchema = z
  .object({
    cities: z.array(z.object({ city: z.string(), totalOrders: count })),
    states: z.array(z.object({ state: z.string(), totalOrders: count })),
    meta: metaSchema,
  })
  .meta({ id: 'TopLocations' });
export type TopLocations = z.infer<typeof topLocationsSchema>;
