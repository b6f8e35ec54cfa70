import type { Coupons, LatestOrders, Minute, Overview, Period, Popular, TopLocations } from '@orderpulse/contracts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** What happened in one second; money in cents. */
interface SecondTotals {
  orders: number;
  revenueCents: number;
  fraud: number;
  delivered: number;
  refunded: number;
}

/** A hash of an integer as a number in [0, 1): the same second always has the same orders. */
export function unit(seed: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Orders swing about 20 a second over a quarter of an hour, with noise. */
function secondTotals(second: number): SecondTotals {
  const wave = 1 + 0.16 * Math.sin(second / 140) + 0.07 * Math.sin(second / 31);
  const orders = Math.max(0, Math.round(20 * wave + 7 * (unit(second) - 0.5)));
  return {
    orders,
    revenueCents: Math.round(orders * (7_200 + 1_900 * unit(second + 7)) * (1 + 0.06 * Math.cos(second / 200))),
    fraud: Math.round(orders * 0.085 * (0.6 + 0.8 * unit(second + 13))),
    delivered: Math.round(orders * 0.55 * (0.8 + 0.4 * unit(second + 29))),
    refunded: Math.round(orders * 0.12 * (0.5 + unit(second + 41))),
  };
}

/** Σ over [fromMs, toMs), both whole seconds. */
function totals(fromMs: number, toMs: number): SecondTotals {
  const sum: SecondTotals = { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };
  for (let atMs = fromMs; atMs < toMs; atMs += SECOND_MS) {
    const second = secondTotals(atMs / SECOND_MS);
    sum.orders += second.orders;
    sum.revenueCents += second.revenueCents;
    sum.fraud += second.fraud;
    sum.delivered += second.delivered;
    sum.refunded += second.refunded;
  }
  return sum;
}

function period(fromMs: number, toMs: number): Period {
  const sum = totals(fromMs, toMs);
  return {
    orders: sum.orders,
    totalRevenue: sum.revenueCents / 100,
    avgOrderValue: sum.orders === 0 ? 0 : Math.round(sum.revenueCents / sum.orders) / 100,
    fraudCount: sum.fraud,
    deliveredCount: sum.delivered,
    refundedCount: sum.refunded,
  };
}

const meta = (asOf: number, source: 'stores' | 'postgres') =>
  ({ asOf, source, watermarkMs: asOf - 200, lag: 0, late: source === 'stores' ? 3 : null, partial: false }) as const;

/** The two periods that end at `asOfMs` and 60 s before. */
export function overviewAt(asOfMs: number, source: 'stores' | 'postgres' = 'stores'): Overview {
  return {
    currentTimePeriod: period(asOfMs - MINUTE_MS, asOfMs),
    previousTimePeriod: period(asOfMs - 2 * MINUTE_MS, asOfMs - MINUTE_MS),
    meta: meta(asOfMs, source),
  };
}

/** The last 60 minutes; the newest one has only the seconds before `asOfMs`. */
export function minutesAt(asOfMs: number): { rows: Minute[]; meta: ReturnType<typeof meta> } {
  const runningMs = Math.floor(asOfMs / MINUTE_MS) * MINUTE_MS;
  const rows = Array.from({ length: 60 }, (_, index): Minute => {
    const startMs = runningMs - (59 - index) * MINUTE_MS;
    const sum = totals(startMs, Math.min(startMs + MINUTE_MS, asOfMs));
    return {
      timestamp: new Date(startMs).toISOString(),
      timestampMs: startMs,
      orders: sum.orders,
      revenue: sum.revenueCents / 100,
      fraud: sum.fraud,
      delivered: sum.delivered,
      refunded: sum.refunded,
      complete: startMs !== runningMs,
    };
  });
  return { rows, meta: meta(asOfMs, 'postgres') };
}

/** Names with values that fall from the first to the last and move a little every five seconds. */
function ranked(names: readonly string[], top: number, asOfMs: number): [name: string, value: number][] {
  const step = Math.floor(asOfMs / (5 * SECOND_MS));
  return names
    .map((name, index): [string, number] => [name, Math.round(top * (1 - index * 0.13) + 14 * unit(step + index * 97))])
    .sort((left, right) => right[1] - left[1]);
}

const ITEMS = [
  'Trail Running Shoes',
  'Insulated Steel Bottle 750 ml',
  'Merino Base Layer',
  'Folding Camp Lantern',
  'Cast Iron Skillet',
];
const CATEGORIES = ['Outdoor', 'Home & Kitchen', 'Apparel', 'Electronics', 'Toys'];
const CITIES = ['Houston', 'San Antonio', 'Phoenix', 'Sacramento', 'Albuquerque'];
const STATES = ['TX', 'CA', 'AZ', 'NM', 'OH'];
const COUPONS = ['SPRING10', 'FREESHIP', 'WELCOME5', 'BUNDLE15', 'LOYAL20'];

export function popularAt(asOfMs: number): Popular {
  return {
    itemNames: ranked(ITEMS, 214, asOfMs).map(([itemName, quantity]) => ({
      itemName,
      quantity,
      orders: Math.round(quantity * 0.62),
    })),
    categories: ranked(CATEGORIES, 640, asOfMs).map(([category, quantity]) => ({
      category,
      quantity,
      orders: Math.round(quantity * 0.55),
    })),
    meta: meta(asOfMs, 'postgres'),
  };
}

export function locationsAt(asOfMs: number): TopLocations {
  return {
    cities: ranked(CITIES, 96, asOfMs).map(([city, totalOrders]) => ({ city, totalOrders })),
    states: ranked(STATES, 231, asOfMs).map(([state, totalOrders]) => ({ state, totalOrders })),
    meta: meta(asOfMs, 'postgres'),
  };
}

export function couponsAt(asOfMs: number): Coupons {
  return {
    rows: ranked(COUPONS, 118, asOfMs).map(([coupon_code, times_used]) => ({ coupon_code, times_used })),
    meta: meta(asOfMs, 'postgres'),
  };
}

const CURRENCIES = ['USD', 'EUR', 'USD', 'GBP'] as const;
/** A replayed order has the longest id that there is. */
const replayedId = (number: number): string => `R-6f1c2b9e-0d4a-4c57-9b1e-2f8a7d3c5e10-${number % 100_000}`;

/** Ten orders, one each two seconds; every fifth is a replayed one, every fourth in euros, every fourth in pounds. */
export function latestAt(asOfMs: number): LatestOrders {
  const newest = Math.floor(asOfMs / (2 * SECOND_MS));
  const rows = Array.from({ length: 10 }, (_, index) => {
    const number = newest - index;
    const products = 1 + Math.floor(4 * unit(number + 3));
    const placedId = `ord-${number.toString(36)}-${Math.floor(unit(number) * 0xfffff)
      .toString(16)
      .padStart(5, '0')}`;
    return {
      orderId: number % 5 === 0 ? replayedId(number) : placedId,
      timestamp: new Date(number * 2 * SECOND_MS).toISOString(),
      orderTotal: Math.round(2_000 + 38_000 * unit(number + 11)) / 100,
      currency: CURRENCIES[number % CURRENCIES.length],
      customerId: `cust-${String(Math.floor(unit(number + 17) * 5_000)).padStart(5, '0')}`,
      productsOrdered: products,
      totalQuantity: products + Math.floor(6 * unit(number + 23)),
    };
  });
  return { rows, meta: meta(asOfMs, 'postgres') };
}
