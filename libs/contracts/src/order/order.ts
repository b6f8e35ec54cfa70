import { z } from 'zod';

const yesNo = z.string().regex(/^(yes|no)$/i, 'must be "yes" or "no"');
const money = z.number().nonnegative();
const optionalText = z.string().nullish();

/** A postal address; unknown extra fields are kept. */
export const addressSchema = z.looseObject({
  street: optionalText,
  city: optionalText,
  state: optionalText,
  zipcode: optionalText,
});

/** Who ordered. */
export const customerSchema = z.looseObject({
  customer_id: z.string().min(1).max(200),
  name: optionalText,
  email: optionalText,
  phone: optionalText,
  address: optionalText,
  city: optionalText,
  state: optionalText,
  zipcode: optionalText,
});

export const productSchema = z.looseObject({
  product_id: z.string().min(1),
  name: z.string().min(1),
  category: z.string().min(1),
  /** Unit price in the order's currency. */
  price: money,
  stock: z.number().nullish(),
  out_of_stock: z.boolean().nullish(),
});

export const lineItemSchema = z.looseObject({
  /** 1, 2, ... within the order; tells two equal line items of one order apart where rows are deduplicated by content. */
  line_no: z.number().int().positive().nullish(),
  product: productSchema,
  /** Units ordered and paid for. */
  quantity: z.number().int().nonnegative(),
  /** Units given for free on top. */
  free_qty: z.number().int().nonnegative().nullish(),
});

export const shipmentSchema = z.looseObject({
  shipment_id: z.string(),
  shipment_status: z.string(),
  shipment_timestamp: z.string(),
  tracking_number: optionalText,
  items: z.array(z.unknown()).nullish(),
});

export const statusHistorySchema = z.looseObject({
  status_id: z.union([z.string(), z.number()]),
  status: z.string(),
  timestamp: z.string(),
});

/**
 * An order in its full shape. The fields that every figure needs are required; the others are checked when they are
 * there, because foreign producers may leave them out. Unknown extra fields are kept.
 */
export const orderSchema = z
  .looseObject({
    order_id: z.string().min(1).max(200),
    customer: customerSchema,
    line_items: z.array(lineItemSchema),
    subtotal_before_promos: money.nullish(),
    subtotal_after_coupon: money.nullish(),
    shipping_cost: money.nullish(),
    env_fee: money.nullish(),
    tax_rate: z.number().nonnegative().nullish(),
    tax_amount: money.nullish(),
    /** What the customer pays, in the order's currency. */
    order_total: money,
    payment_info: z.unknown().optional(),
    pet_name: optionalText,
    /** ISO 8601 UTC time of the order's creation. */
    timestamp: z.string().min(1),
    shipping_status: optionalText,
    expected_delivery_date: optionalText,
    delivery_date: optionalText,
    refunded: yesNo.nullish(),
    delivered: yesNo.nullish(),
    payment_status: optionalText,
    payment_method: optionalText,
    partial_refund_amount: money.nullish(),
    coupon_codes: z.array(z.looseObject({ name: z.string() })).nullish(),
    fulfillment_center: optionalText,
    shipping_speed: optionalText,
    /** ISO 4217 code. */
    currency: optionalText,
    /** Units of the base currency (USD) per unit of the order's currency; 1 when absent. */
    exchange_rate: z.number().positive().nullish(),
    loyalty_points_used: z.number().nullish(),
    loyalty_tier: optionalText,
    /** 0 to 100. */
    risk_score: z.number().nullish(),
    fraud_flag: z.union([z.boolean(), z.string()]).nullish(),
    subscription_id: optionalText,
    subscription_frequency: optionalText,
    shipments: z.array(shipmentSchema).nullish(),
    status_history: z.array(statusHistorySchema).nullish(),
    tracking_number: optionalText,
    shipping_provider: optionalText,
    shipping_address: addressSchema.nullish(),
    billing_address: addressSchema.nullish(),
  })
  .meta({ id: 'Order' });

export type Order = z.infer<typeof orderSchema>;
export type LineItem = z.infer<typeof lineItemSchema>;
export type Customer = z.infer<typeof customerSchema>;
export type Address = z.infer<typeof addressSchema>;
