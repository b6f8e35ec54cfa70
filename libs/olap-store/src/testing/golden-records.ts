import { ORDERS_TOPIC, toCents, type EventType, type OrderEvent } from '@orderpulse/contracts';

/** A record as it stands on the orders topic. Offsets are dense from 0 in each partition. */
export interface GoldenRecord {
  topic: string;
  partition: number;
  offset: number;
  key: string;
  value: Buffer;
  timestampMs: number;
}

/** The golden data set: what is on the topic and what of it counts, in topic order of each partition. */
export interface GoldenSet {
  records: readonly GoldenRecord[];
  /** Events that count, each once: no repeated event id, no bad record. */
  events: readonly OrderEvent[];
}

/** Instants of the golden data set, epoch ms. */
export const GOLDEN = {
  /** A minute's edge; nothing of the set is older than two hours before it or newer than a minute after it. */
  noonMs: Date.UTC(2025, 5, 2, 12, 0, 0),
} as const;

const PARTITIONS = 4;
const CITIES = [
  ['Austin', 'TX'],
  ['Dallas', 'TX'],
  ['Boise', 'ID'],
  ['Reno', 'NV'],
  ['Salem', 'OR'],
  ['Provo', 'UT'],
  ['Zürich', 'ZH'],
] as const;
const PRODUCTS = [
  ['Anvil', 'Tools'],
  ['Bell "loud"', 'Music'],
  ["Chef's knife", 'Kitchen'],
  ['Drum', 'Music'],
  ['Easel \\ frame', 'Art'],
  ['Façade paint', 'Art'],
  ['Glue', 'Tools'],
  ['Harp', 'Music'],
] as const;
const CURRENCIES = [
  ['USD', 1],
  ['EUR', 1.0837],
  ['JPY', 0.00667],
] as const;
const FLAGS = [true, 'TRUE', 'true', false, 'False', null, 'no'] as const;

/** Numbers that look random and are the same on every run. */
function pseudoRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

/** A created event in full; `index` picks everything that is not given. */
function created(index: number, timeMs: number, changes: Partial<OrderEvent> = {}): OrderEvent {
  const random = pseudoRandom(index * 7_919 + 17);
  const [city, state] = CITIES[random(CITIES.length)]!;
  const [currency, exchangeRate] = CURRENCIES[random(CURRENCIES.length)]!;
  const orderTotal = random(500_000) / 100;
  return {
    order_id: `order-${String(index).padStart(4, '0')}`,
    customer: { customer_id: `customer-${random(40)}`, name: 'Ann Example', city, state },
    line_items: Array.from({ length: 1 + random(3) }, (_, line) =>
      lineItem(random(PRODUCTS.length), 1 + random(4), line + 1),
    ),
    order_total: orderTotal,
    currency,
    exchange_rate: exchangeRate,
    timestamp: new Date(timeMs).toISOString(),
    delivered: random(5) === 0 ? 'YES' : 'no',
    refunded: random(7) === 0 ? 'Yes' : 'No',
    fraud_flag: FLAGS[random(FLAGS.length)]!,
    coupon_codes: Array.from({ length: random(3) }, () => ({ name: `SAVE${random(8)}` })),
    event_id: `event-${index}-1`,
    event_type: 'order.created',
    event_time_ms: timeMs,
    order_version: 1,
    revenue_cents: toCents(orderTotal, exchangeRate),
    ...changes,
  };
}

function lineItem(product: number, quantity: number, lineNo: number): OrderEvent['line_items'][number] {
  const [name, category] = PRODUCTS[product]!;
  return {
    line_no: lineNo,
    product: { product_id: `p-${product}`, name, category, price: product + 0.99 },
    quantity,
    free_qty: 0,
  };
}

/** A later version of an order; what it changes must show in `orders` and nowhere else. */
function later(
  order: OrderEvent,
  type: EventType,
  version: number,
  afterMs: number,
  changes: Partial<OrderEvent> = {},
): OrderEvent {
  return {
    ...order,
    event_id: `${order.event_id.slice(0, -1)}${version}`,
    event_type: type,
    event_time_ms: order.event_time_ms + afterMs,
    order_version: version,
    ...changes,
  };
}

/**
 * Makes the set: two hours of orders with gaps of empty minutes, several currencies, flags in every spelling, minute edges,
 * ties, coupons on orders with several line items, equal line items, later versions of every kind, repeated and outdated
 * records, a foreign record, and records that are no order events.
 */
export function goldenRecords(): GoldenSet {
  const { noonMs } = GOLDEN;
  const records: GoldenRecord[] = [];
  const events: OrderEvent[] = [];
  const ends = new Array<number>(PARTITIONS).fill(0);
  const put = (partition: number, key: string, value: Buffer, timestampMs: number): void => {
    records.push({ topic: ORDERS_TOPIC, partition, offset: ends[partition]!++, key, value, timestampMs });
  };
  const repeat = (event: OrderEvent): void => {
    put(partitionOf(event.order_id), event.order_id, Buffer.from(JSON.stringify(event)), event.event_time_ms);
  };
  const append = (...added: OrderEvent[]): void => {
    for (const event of added) {
      events.push(event);
      repeat(event);
    }
  };

  for (let index = 0; index < 240; index += 1) {
    // Steps of 27 s, with every seventh group of five minutes left empty.
    const timeMs = noonMs - 7_200_000 + index * 27_000 + ((index * 37) % 1_000);
    if (Math.floor((timeMs - noonMs) / 300_000) % 7 === -3) continue;
    const order = created(index, timeMs);
    append(order);
    if (index % 9 === 0) append(later(order, 'order.updated', 2, 5_000, { order_total: 1.25, fraud_flag: true }));
    if (index % 10 === 0) append(later(order, 'order.delivered', 3, 31_000, { delivered: 'yes' }));
    if (index % 11 === 0) append(later(order, 'order.refunded', 4, 47_000, { refunded: 'yes', line_items: [] }));
    if (index % 23 === 0) append(later(order, 'order.deleted', 5, 53_000));
    // The same event again, at once and after newer versions.
    if (index % 6 === 0) repeat(order);
    if (index % 12 === 0) repeat(order);
  }

  const threeLines = [lineItem(2, 3, 1), lineItem(2, 3, 2), lineItem(5, 1, 3)];
  const coupons = [{ name: 'TWICE' }, { name: 'ONCE' }];
  // The minutes before and after noon to the millisecond, and two newest orders at the same instant.
  append(created(900, noonMs - 120_000, { coupon_codes: coupons, line_items: threeLines }));
  append(created(901, noonMs - 60_001, { coupon_codes: coupons, line_items: threeLines, fraud_flag: 'TRUE' }));
  append(
    created(902, noonMs - 60_000, { coupon_codes: [{ name: 'TWICE' }, { name: 'TWICE' }], line_items: threeLines }),
  );
  append(
    created(903, noonMs - 1, {
      coupon_codes: coupons,
      line_items: threeLines,
      customer: { customer_id: 'c', city: null },
    }),
  );
  append(created(904, noonMs, { coupon_codes: null, line_items: [] }));
  append(created(906, noonMs + 45_000), created(905, noonMs + 45_000));
  // Versions out of order: the older one, read later, changes no order, but both events count.
  const hasty = created(907, noonMs + 30_000);
  append(hasty, later(hasty, 'order.delivered', 3, 2_000), later(hasty, 'order.updated', 2, 1_000));
  const gone = created(908, noonMs + 31_000);
  append(gone, later(gone, 'order.deleted', 3, 2_000), later(gone, 'order.updated', 2, 1_000));

  const foreign = created(909, noonMs + 20_000, { coupon_codes: [], exchange_rate: 1.1, order_total: 1.005 });
  const {
    event_id: _id,
    event_type: _type,
    event_time_ms: timestampMs,
    order_version: _version,
    revenue_cents: _cents,
    ...original
  } = foreign;
  const partition = partitionOf(foreign.order_id);
  // 1.005 × 1.1 = 1.1055, so 111 cents.
  events.push({ ...foreign, event_id: `${ORDERS_TOPIC}-${partition}-${ends[partition]!}`, revenue_cents: 111 });
  put(partition, foreign.order_id, Buffer.from(JSON.stringify(original)), timestampMs);

  for (const [index, value] of badValues(noonMs).entries()) put(index % PARTITIONS, `bad-${index}`, value, noonMs);
  append(created(910, noonMs + 40_000));
  return { records, events };
}

/** Records that decodeOrderEvent refuses, one for each kind of mistake that both engines tell. */
function badValues(timeMs: number): Buffer[] {
  const { order_id: _orderId, ...noOrderId } = created(950, timeMs);
  const { customer: _customer, ...noCustomer } = created(951, timeMs);
  const broken: unknown[] = [
    noOrderId,
    noCustomer,
    created(952, timeMs, { order_total: -1 }),
    { ...created(953, timeMs), order_total: '12.50' },
    { ...created(954, timeMs), order_total: null },
    { ...created(955, timeMs), event_type: 'order.exploded' },
    created(956, Date.UTC(2200, 0, 1)),
    { ...created(957, timeMs), line_items: 'none' },
  ];
  return [Buffer.from('{"order_id":'), Buffer.alloc(0), ...broken.map((value) => Buffer.from(JSON.stringify(value)))];
}

function partitionOf(orderId: string): number {
  return Number(orderId.replace(/\D/g, '')) % PARTITIONS;
}
