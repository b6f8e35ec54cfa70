import { z } from 'zod';
import { orderSchema } from '../order/order';
import { orderEventSchema } from '../order/order-event';

/** Page of orders: `page` from 1, `limit` 1 to 200. */
export const pageQuerySchema = z.strictObject({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

const text = (max: number) => z.string().trim().min(1).max(max);
const strictAddress = z.strictObject({
  street: text(200).optional(),
  city: text(100),
  state: text(100),
  zipcode: text(20).optional(),
});

/**
 * POST /orders. Unknown fields are refused: status, totals and the fraud flag are the shop's to say, never the client's.
 * Prices are in `currency`.
 */
export const createOrderSchema = z
  .strictObject({
    customer: z.strictObject({
      customer_id: text(100),
      name: text(200).optional(),
      email: z.email().max(200).optional(),
      phone: text(50).optional(),
      address: text(200).optional(),
      city: text(100),
      state: text(100),
      zipcode: text(20).optional(),
    }),
    line_items: z
      .array(
        z.strictObject({
          product: z.strictObject({
            product_id: text(100),
            name: text(200),
            category: text(100),
            price: z.number().nonnegative().max(1_000_000).multipleOf(0.01, 'at most two decimals'),
          }),
          quantity: z.number().int().min(1).max(10_000),
        }),
      )
      .min(1)
      .max(100),
    coupon_codes: z.array(z.strictObject({ name: text(50) })).max(10).default([]),
    payment_method: text(50).default('credit_card'),
    shipping_speed: z.enum(['standard', 'expedited', 'overnight']).default('standard'),
    shipping_address: strictAddress.optional(),
    billing_address: strictAddress.optional(),
    loyalty_tier: text(50).optional(),
  })
  .meta({ id: 'CreateOrder' });
export type CreateOrder = z.infer<typeof createOrderSchema>;

/** PATCH /orders/:id: the next step of the order's life. An impossible step is 409. */
export const changeOrderStatusSchema = z
  .strictObject({ status: z.enum(['shipped', 'delivered', 'refunded']) })
  .meta({ id: 'ChangeOrderStatus' });
export type ChangeOrderStatus = z.infer<typeof changeOrderStatusSchema>;

export const orderPageSchema = z
  .object({
    items: z.array(orderSchema),
    page: z.number().int(),
    limit: z.number().int(),
    total: z.number().int(),
  })
  .meta({ id: 'OrderPage' });
export type OrderPage = z.infer<typeof orderPageSchema>;

/**
 * Media type of the feed in lines: the first line is an object with latestSequence and earliestSequence, each further one
 * an element of `events`, whose last property is `event`. A reader splits it without reading the events.
 */
export const ORDER_FEED_LINES_TYPE = 'application/x-ndjson';

/** GET /order-events?after&limit&waitMs: the outbox as a feed, in sequence order, without holes that could still fill. */
export const orderFeedQuerySchema = z.strictObject({
  /** Sequence number, exclusive. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
  /** How long to wait for a first event, in ms. */
  waitMs: z.coerce.number().int().min(0).max(20_000).default(0),
});
export type OrderFeedQuery = z.infer<typeof orderFeedQuerySchema>;

export const orderFeedSchema = z
  .object({
    events: z.array(
      z.object({
        sequence: z.number().int(),
        /** The event's order id and time again, so that a reader can pass the event on unread. */
        orderId: z.string(),
        eventTimeMs: z.number().int(),
        event: orderEventSchema,
      }),
    ),
    /** Highest sequence number in the feed; equal to the last event's when there is nothing more. */
    latestSequence: z.number().int(),
    /** Lowest sequence number that retention has left; an `after` below it minus one has lost events. */
    earliestSequence: z.number().int(),
  })
  .meta({ id: 'OrderFeed' });
export type OrderFeed = z.infer<typeof orderFeedSchema>;

export const generateSchema = z
  .strictObject({
    count: z.number().int().min(1).max(100_000),
    seed: z.number().int().min(0).max(2 ** 32 - 1).optional(),
  })
  .meta({ id: 'Generate' });
export type Generate = z.infer<typeof generateSchema>;

/**
 * POST /tasks/replay-orders?format&fromMs&toMs with the file as text/csv body: each row becomes an order with one line
 * item, the file's time mapped in file order onto [fromMs, toMs). Default span: the last hour, or what of it is newer than the newest order.
 */
export const replayQuerySchema = z.strictObject({
  format: z.enum(['cdnow', 'csv']).default('csv'),
  fromMs: z.coerce.number().int().min(0).optional(),
  toMs: z.coerce.number().int().min(0).optional(),
});
export type ReplayQuery = z.infer<typeof replayQuerySchema>;

export const taskSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(['generate-orders', 'generate-clickstream', 'replay-orders']),
    state: z.enum(['queued', 'running', 'succeeded', 'failed']),
    /** Rows asked for and rows stored so far. */
    total: z.number().int(),
    done: z.number().int(),
    /** Sum of the stored orders in the base currency; null for other kinds. */
    totalRevenue: z.number().nullable(),
    /** Bad rows, the first 100; line numbers count from 1. */
    rowErrors: z.array(z.object({ line: z.number().int(), message: z.string() })),
    rowErrorCount: z.number().int(),
    error: z.string().nullable(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof taskSchema>;

export const shopPresetSchema = z.enum(['calm', 'peak', 'fraud-spike', 'outage']);
export type ShopPreset = z.infer<typeof shopPresetSchema>;

/** GET /shop */
export const shopStatusSchema = z
  .object({
    state: z.enum(['running', 'backfilling', 'paused']),
    preset: shopPresetSchema,
    /** Orders a second before the preset's factor. */
    ordersPerSecond: z.number(),
    seed: z.number().int(),
    /** Shop time, epoch ms: behind the clock while backfilling. */
    shopTimeMs: z.number().int(),
    ordersWritten: z.number().int(),
  })
  .meta({ id: 'ShopStatus' });
export type ShopStatus = z.infer<typeof shopStatusSchema>;

/** PATCH /shop */
export const changeShopSchema = z
  .strictObject({
    paused: z.boolean().optional(),
    preset: shopPresetSchema.optional(),
    ordersPerSecond: z.number().positive().max(5000).optional(),
  })
  .meta({ id: 'ChangeShop' });
export type ChangeShop = z.infer<typeof changeShopSchema>;

export const clickSchema = z
  .object({
    click_id: z.string(),
    session_id: z.string(),
    customer_id: z.string().nullable(),
    page: z.string(),
    action: z.enum(['view', 'search', 'add_to_cart', 'checkout']),
    product_id: z.string().nullable(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: 'Click' });
export type Click = z.infer<typeof clickSchema>;

export const clickPageSchema = z
  .object({ items: z.array(clickSchema), page: z.number().int(), limit: z.number().int(), total: z.number().int() })
  .meta({ id: 'ClickPage' });
export type ClickPage = z.infer<typeof clickPageSchema>;

