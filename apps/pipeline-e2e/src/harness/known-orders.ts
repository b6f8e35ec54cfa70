import type { CreateOrder } from '@orderpulse/contracts';

const CITIES = [
  ['Austin', 'TX'],
  ['Dallas', 'TX'],
  ['Portland', 'OR'],
  ['Boston', 'MA'],
  ['Denver', 'CO'],
  ['Fresno', 'CA'],
  ['Oakland', 'CA'],
] as const;
const PRODUCTS = [
  ['Desk lamp', 'Home', 24.99],
  ['Kettle', 'Kitchen', 39.5],
  ['Running shoes', 'Sport', 89.95],
  ['Notebook', 'Office', 3.33],
  ['Headphones', 'Electronics', 129],
  ['Puzzle', 'Toys', 17.01],
] as const;
/** SPRING5 is none of the shop's: it stays on the order and takes nothing off. */
const COUPONS = ['WELCOME10', 'FREESHIP', 'SPRING5', 'FIVEOFF', 'SAVE20', 'TAKE25'] as const;
const PAYMENT_METHODS = ['credit_card', 'paypal', 'gift_card', 'apple_pay', 'bank_transfer'] as const;
const SHIPPING_SPEEDS = ['standard', 'expedited', 'standard', 'overnight'] as const;

/**
 * The i-th known order: cities, items, quantities, coupons, payment and shipping vary in different rhythms, so no two panels
 * agree by chance. Every 20th is one that the shop flags as fraud.
 */
export function knownOrder(i: number): CreateOrder {
  const [city = '', state = ''] = CITIES[i % CITIES.length] ?? [];
  const lines = Array.from({ length: 1 + (i % 3) }, (_, line) => {
    const [name = '', category = '', price = 0] = PRODUCTS[(i + line * 2) % PRODUCTS.length] ?? [];
    return { product: { product_id: `known-${name}`, name, category, price }, quantity: 1 + ((i + line) % 4) };
  });
  return {
    customer: { customer_id: `known-${i % 11}`, city, state },
    line_items: lines,
    coupon_codes: COUPONS.filter((_, index) => (i >> index) % 2 === 1).map((name) => ({ name })),
    payment_method: PAYMENT_METHODS[i % PAYMENT_METHODS.length] ?? 'credit_card',
    shipping_speed: SHIPPING_SPEEDS[i % SHIPPING_SPEEDS.length] ?? 'standard',
    ...(i % 20 === 7 ? suspicious(lines) : {}),
  };
}

/** What flags an order: a total over 1,000 USD, billed to another state, overnight, nobody to call. */
function suspicious(lines: CreateOrder['line_items']): Partial<CreateOrder> {
  const product = { product_id: 'known-Watch', name: 'Watch', category: 'Luxury', price: 2_999.99 };
  return {
    line_items: [...lines, { product, quantity: 1 }],
    billing_address: { city: 'Reno', state: 'NV' },
    shipping_speed: 'overnight',
  };
}

const FAULTS: readonly (readonly [field: string, fault: object])[] = [
  ['fraud_flag', { fraud_flag: true }],
  ['line_items', { line_items: [] }],
  ['shipping_speed', { shipping_speed: 'teleport' }],
  ['customer.state', { customer: { customer_id: 'known-0', city: 'Austin' } }],
  ['coupon_codes.0.name', { coupon_codes: [{ name: '' }] }],
];

/** The i-th order that POST /orders must refuse with 400: a known order with one fault, and the field that is at fault. */
export function refusedOrder(i: number): { field: string; body: object } {
  const [field = '', fault] = FAULTS[i % FAULTS.length] ?? [];
  return { field, body: { ...knownOrder(i), ...fault } };
}
