import type { ShopPreset } from '@orderpulse/contracts';
import type { Sql } from '../database/sql';
import { creationOf, type OrderChange, stepOf } from '../orders/order-change';
import type { OrderEntity } from '../orders/order.entity';
import type { PlannedStep } from '../orders/lifecycle';
import { lockDueOrders } from '../orders/lock-orders';
import { writeChanges } from '../orders/order-writer';
import { cutSlice, MAX_STEPS_PER_SLICE, shorten } from './shop-slice';
import { ordersPerSecondAt } from './simulation/presets';
import { arrivalGapMs, simulateOrder } from './simulation/simulated-order';

export interface ShopSettings {
  seed: number;
  /** Before the preset's factor. */
  ordersPerSecond: number;
  preset: ShopPreset;
}

/** A clock that nothing happens on is stored this often, in ms. */
const SAVE_IDLE_AFTER_MS = 5_000;

/** Where the shop stands after a step. */
export interface ShopPosition {
  /** Epoch ms: everything up to it (inclusive) is written. */
  shopTimeMs: number;
  /** Orders that the shop has written since ever. */
  ordersWritten: number;
  /** Events written by this step. */
  events: number;
}

interface ClockRow {
  startedAtMs: number | null;
  shopTimeMs: number | null;
  nextArrivalMs: number | null;
  /** The wall clock when the shop last began: before shop time has reached it, the past is not written yet. */
  backfillEndMs: number | null;
  ordersWritten: number;
  lastSequence: number;
  /** Of all events, the shop's and others'. */
  lastEventTimeMs: number;
}

const LOCK_CLOCK = `
  SELECT started_at_ms AS "startedAtMs", shop_time_ms AS "shopTimeMs", next_arrival_ms AS "nextArrivalMs",
         backfill_end_ms AS "backfillEndMs", orders_written AS "ordersWritten",
         last_sequence AS "lastSequence", last_event_time_ms AS "lastEventTimeMs"
  FROM shop.shop_clock CROSS JOIN shop.outbox_head FOR UPDATE OF shop_clock`;

const BEGIN_CLOCK = `
  UPDATE shop.shop_clock SET started_at_ms = $1, shop_time_ms = $2, next_arrival_ms = $3, backfill_end_ms = $4`;

const SAVE_CLOCK = 'UPDATE shop.shop_clock SET shop_time_ms = $1, next_arrival_ms = $2, orders_written = $3';

const LOCK_GENERATOR = 'SELECT next_index AS "nextIndex" FROM shop.generators WHERE seed = $1 FOR UPDATE';
const ADD_GENERATOR = 'INSERT INTO shop.generators (seed, next_index) VALUES ($1, 0) ON CONFLICT (seed) DO NOTHING';
const SAVE_GENERATOR = 'UPDATE shop.generators SET next_index = $2 WHERE seed = $1';

/**
 * Sets the shop's clock: on an empty database `backfillMs` back, else to now, because the time in which no shop ran has no
 * orders. Steps that fell due meanwhile are taken one after the other from now on. A shop that was cut off while it wrote
 * the past goes on where it stood.
 */
export async function beginShop(
  sql: Sql,
  settings: ShopSettings,
  nowMs: number,
  backfillMs: number,
): Promise<ShopPosition> {
  await sql.run(ADD_GENERATOR, [settings.seed]);
  const clock = await lockClock(sql);
  const fromMs = beginMs(clock, nowMs, backfillMs);
  const startedAtMs = clock.startedAtMs ?? fromMs;
  const nextIndex = await lockGenerator(sql, settings.seed);
  const rate = ordersPerSecondAt(settings.ordersPerSecond, settings.preset, fromMs - startedAtMs);
  // Who goes on where it stood keeps the next arrival too, so that the orders are those of a shop that was not cut off.
  const knownArrivalMs = fromMs === clock.shopTimeMs ? clock.nextArrivalMs : null;
  const nextArrivalMs = knownArrivalMs ?? fromMs + arrivalGapMs(settings.seed, nextIndex, rate);
  await sql.run(BEGIN_CLOCK, [startedAtMs, fromMs, nextArrivalMs, nowMs]);
  return { shopTimeMs: fromMs, ordersWritten: clock.ordersWritten, events: 0 };
}

/**
 * Moves the shop on by one slice of time, towards `nowMs`: writes the orders that arrive in it and the steps that are due,
 * in order of time. All of it, the clock included, is one transaction, so a crash neither loses nor doubles anything.
 * @param freshGap true when the rate was changed: the next order's time is taken anew
 */
export async function advanceShop(
  sql: Sql,
  settings: ShopSettings,
  nowMs: number,
  freshGap = false,
): Promise<ShopPosition> {
  const clock = await lockClock(sql);
  const { shopTimeMs: fromMs, startedAtMs } = clock;
  if (fromMs === null || startedAtMs === null) throw new Error('the shop has not begun');
  const rateAt = (timeMs: number): number =>
    ordersPerSecondAt(settings.ordersPerSecond, settings.preset, timeMs - startedAtMs);
  const firstIndex = await lockGenerator(sql, settings.seed);
  const freshArrivalMs = fromMs + arrivalGapMs(settings.seed, firstIndex, rateAt(fromMs));
  const nextArrivalMs = freshGap || clock.nextArrivalMs === null ? freshArrivalMs : clock.nextArrivalMs;
  const whole = cutSlice({ seed: settings.seed, fromMs, nowMs, nextIndex: firstIndex, nextArrivalMs, rateAt });
  const due = await lockDueOrders(sql, whole.toMs, MAX_STEPS_PER_SLICE);
  const steps = due.map((order) => ({ order, atMs: Math.max(order.nextDueMs ?? fromMs, fromMs) }));
  steps.sort((left, right) => left.atMs - right.atMs);
  // More may be due than were read: stop at the last one, so that what follows is not older.
  const isFull = steps.length === MAX_STEPS_PER_SLICE;
  const slice = isFull ? shorten(whole, steps.at(-1)?.atMs ?? whole.toMs) : whole;
  const changes = merge(
    slice.arrivals.map(({ index, atMs }) => created(settings, index, Math.max(Math.floor(atMs), fromMs))),
    steps.map(({ order, atMs }) => stepped(order, atMs)),
  );
  const ordersWritten = clock.ordersWritten + slice.arrivals.length;
  const position = { shopTimeMs: slice.toMs, ordersWritten, events: changes.length };
  // Time in which nothing happens is not worth a commit; the next slice begins where this one did.
  if (changes.length === 0 && slice.toMs - fromMs < SAVE_IDLE_AFTER_MS) return position;
  await sql.run(SAVE_CLOCK, [slice.toMs, slice.nextArrivalMs, ordersWritten]);
  if (slice.arrivals.length > 0) await sql.run(SAVE_GENERATOR, [settings.seed, slice.nextIndex]);
  if (changes.length > 0) await writeChanges(sql, changes);
  return position;
}

/** Epoch ms. The rest of an interrupted past is bounded as a whole one is, and never begins before an event that stands. */
function beginMs(clock: ClockRow, nowMs: number, backfillMs: number): number {
  const { shopTimeMs, backfillEndMs, lastSequence, lastEventTimeMs } = clock;
  if (shopTimeMs === null) return lastSequence === 0 ? nowMs - backfillMs : nowMs;
  const wasCutOff = backfillEndMs !== null && shopTimeMs < backfillEndMs;
  return Math.max(shopTimeMs, wasCutOff ? Math.max(nowMs - backfillMs, lastEventTimeMs) : nowMs);
}

async function lockClock(sql: Sql): Promise<ClockRow> {
  const { rows } = await sql.run<ClockRow>(LOCK_CLOCK);
  const clock = rows[0];
  if (!clock) throw new Error('the clock of the shop is missing');
  return clock;
}

async function lockGenerator(sql: Sql, seed: number): Promise<number> {
  const { rows } = await sql.run<{ nextIndex: number }>(LOCK_GENERATOR, [seed]);
  const row = rows[0];
  if (!row) throw new Error(`there is no generator with seed ${seed}`);
  return row.nextIndex;
}

function created(settings: ShopSettings, index: number, atMs: number): OrderChange {
  const { order, plan } = simulateOrder(settings.seed, index, atMs, settings.preset);
  return creationOf(order, atMs, plan);
}

function stepped(order: OrderEntity, atMs: number): OrderChange {
  const first = (JSON.parse(order.plan) as PlannedStep[])[0];
  if (!first) throw new Error(`order ${order.orderId} is due without a planned step`);
  return stepOf(order, first.step, atMs);
}

/** Merges two lists that are in order of event time. */
function merge(left: readonly OrderChange[], right: readonly OrderChange[]): OrderChange[] {
  return [...left, ...right].sort((a, b) => a.eventTimeMs - b.eventTimeMs);
}
