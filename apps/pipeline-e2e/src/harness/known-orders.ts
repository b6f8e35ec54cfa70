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
const COUPONS = ['WELCOME10', 'FREESHIP', 'SPRING5'] as const;

/** The i-th known order: cities, items, quantities and coupons vary in different rhythms, so no two panels agree by chance. */
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
    payment_method: 'credit_card',
    shipping_speed: 'standard',
  };
}
