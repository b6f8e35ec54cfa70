import { type OrderEvent, orderEventSchema } from '@orderpulse/contracts';
import { describeWithEngine } from '@orderpulse/local-engines';
import type { Sql } from '../database/sql';
import { creationOf } from '../orders/order-change';
import { writeChanges } from '../orders/order-writer';
import { clear, useOrderDatabase } from '../testing/order-database';
import { advanceShop, beginShop, type ShopSettings } from './shop-steps';
import { Random } from './simulation/random';
import { simulateOrder } from './simulation/simulated-order';

jest.setTimeout(120_000);

const settings: ShopSettings = { seed: 11, ordersPerSecond: 5, preset: 'calm' };
const startMs = 1_700_000_000_000;
const minutes = (count: number): number => count * 60_000;

describeWithEngine(['postgres'], 'the steps of the shop on PostgreSQL', () => {
  const open = useOrderDatabase();

  const begin = (nowMs: number, backfillMs = 0) =>
    open.database.transaction((sql) => beginShop(sql, settings, nowMs, backfillMs));
  const advance = (nowMs: number) => open.database.transaction((sql) => advanceShop(sql, settings, nowMs));

  async function runTo(endMs: number, clock: (atMs: number) => number): Promise<void> {
    for (let atMs = 0, nowMs = 0; atMs < endMs;) {
      nowMs = Math.min(endMs, Math.max(nowMs, atMs) + clock(atMs));
      atMs = (await advance(nowMs)).shopTimeMs;
    }
  }

  async function texts(): Promise<string[]> {
    const { rows } = await open.database.run<{ event: string }>('SELECT event FROM shop.outbox ORDER BY sequence');
    return rows.map((row) => row.event);
  }

  /** The events with every time counted from the shop's start. */
  const relative = (events: readonly string[], fromMs: number): string[] =>
    events.map((event) =>
      event
        .replaceAll(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, (_, time: string) => String(Date.parse(time) - fromMs))
        .replaceAll(/"event_time_ms":(\d+)/g, (_, time: string) => `"event_time_ms":${Number(time) - fromMs}`),
    );

  async function assertWhole(): Promise<OrderEvent[]> {
    const events = (await texts()).map((text) => orderEventSchema.parse(JSON.parse(text)));
    const versions = new Map<string, number>();
    let lastMs = 0;
    for (const event of events) {
      expect(event.event_time_ms).toBeGreaterThanOrEqual(lastMs);
      lastMs = event.event_time_ms;
      expect(event.order_version).toBe((versions.get(event.order_id) ?? 0) + 1);
      versions.set(event.order_id, event.order_version);
    }
    const { rows } = await open.database.run<{ id: string; version: number }>(
      'SELECT order_id AS id, version FROM shop.orders',
    );
    expect(new Map(rows.map(({ id, version }) => [id, version]))).toEqual(versions);
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length);
    return events;
  }

  it('writes the same first 1,000 orders byte for byte, whenever it starts and however its clock ticks', async () => {
    await begin(startMs);
    await runTo(startMs + minutes(4), () => 100_000);
    const first = relative(await texts(), startMs);
    await clear(open.database);
    const laterMs = startMs + 987_654_321;
    await begin(laterMs);
    const random = new Random(3);
    await runTo(laterMs + minutes(4), () => random.int(500, 9_000));
    const second = relative(await texts(), laterMs);
    expect(first.filter((text) => text.includes('"order.created"')).length).toBeGreaterThan(1_000);
    expect(second).toEqual(first);
  });

  it('begins so far back on an empty database, and writes oldest first until it meets the clock', async () => {
    expect(await begin(startMs, minutes(20))).toMatchObject({ shopTimeMs: startMs - minutes(20) });
    await runTo(startMs, () => minutes(60));
    const events = await assertWhole();
    const times = events.map((event) => event.event_time_ms);
    expect(times[0]).toBeLessThan(startMs - minutes(20) + 2_000);
    expect(times.at(-1)).toBeGreaterThan(startMs - 2_000);
    const share = (type: string): number => events.filter((event) => event.event_type === type).length;
    const orders = share('order.created');
    expect(orders / 6_000).toBeCloseTo(1, 0);
    expect(share('order.delivered') / orders).toBeGreaterThan(0.15);
    expect(share('order.refunded')).toBeGreaterThan(0);
    expect(await begin(startMs + 5_000, minutes(20))).toMatchObject({ shopTimeMs: startMs + 5_000 });
  });

  it('goes on with a past that was cut off, with the orders of a shop that was not', async () => {
    const endMs = startMs + minutes(1);
    await begin(startMs, minutes(20));
    await runTo(endMs, () => minutes(60));
    const whole = await texts();
    await clear(open.database);
    await begin(startMs, minutes(20));
    for (const cutOffMs of [startMs - minutes(15), startMs - minutes(4)]) {
      await runTo(cutOffMs, () => minutes(60));
      expect(await begin(startMs + minutes(1) / 2, minutes(20))).toMatchObject({ shopTimeMs: cutOffMs });
    }
    await runTo(endMs, () => minutes(60));
    expect(await texts()).toEqual(whole);
    await assertWhole();
    const restartMs = endMs + minutes(3);
    expect(await begin(restartMs, minutes(20))).toMatchObject({ shopTimeMs: restartMs });
  });

  it('writes no more of a past that was cut off than of a whole one, and nothing before an event that stands', async () => {
    await begin(startMs, minutes(20));
    await runTo(startMs - minutes(15), () => minutes(60));
    const restartMs = startMs + minutes(30);
    expect(await begin(restartMs, minutes(20))).toMatchObject({ shopTimeMs: restartMs - minutes(20) });
    await runTo(restartMs - minutes(10), () => minutes(60));
    const orderMs = restartMs - minutes(2);
    const { order } = simulateOrder(1, 1, orderMs, 'calm');
    await open.database.transaction((sql) => writeChanges(sql, [creationOf(order, orderMs)]));
    expect(await begin(restartMs, minutes(20))).toMatchObject({ shopTimeMs: orderMs });
    await runTo(restartMs, () => minutes(60));
    await assertWhole();
  });

  it('takes the steps that fell due while no shop ran, from now on and in order', async () => {
    await begin(startMs);
    await runTo(startMs + minutes(2), () => 5_000);
    const restartMs = startMs + minutes(90);
    await begin(restartMs, minutes(60));
    await runTo(restartMs + minutes(8), () => 5_000);
    const events = await assertWhole();
    const during = events.filter(
      (event) => event.event_time_ms > startMs + minutes(2) && event.event_time_ms < restartMs,
    );
    expect(during).toEqual([]);
    const old = new Set(
      events.filter((event) => event.event_time_ms <= startMs + minutes(2)).map((event) => event.order_id),
    );
    expect(
      events.filter((event) => old.has(event.order_id) && event.event_time_ms >= restartMs).length,
    ).toBeGreaterThan(50);
  });

  it('loses and doubles nothing when it is cut off at any statement of a step', async () => {
    await begin(startMs);
    const random = new Random(8);
    let nowMs = startMs;
    for (let turn = 0; turn < 150; turn += 1) {
      nowMs += 2_000;
      const failAt = random.int(1, 16);
      const step = open.database.transaction((sql) => advanceShop(cutOff(sql, failAt), settings, nowMs));
      await step.catch((error: Error) => expect(error.message).toBe('cut off'));
    }
    await runTo(nowMs + 10_000, () => 10_000);
    const events = await assertWhole();
    const indexes = events
      .filter((event) => event.order_version === 1)
      .map((event) => Number(event.order_id.split('-')[1]));
    expect(indexes).toEqual(indexes.map((_, index) => index + 1));
    const { rows } = await open.database.run<{ due: number }>(
      `SELECT count(*) AS due FROM shop.orders WHERE next_due_ms <= ${nowMs + 10_000}`,
    );
    expect(rows).toEqual([{ due: 0 }]);
  });
});

/** Fails before the given statement of a transaction, as a killed process would end it. */
function cutOff(sql: Sql, failAt: number): Sql {
  let count = 0;
  return {
    run: (text, parameters) => {
      count += 1;
      if (count === failAt) throw new Error('cut off');
      return sql.run(text, parameters);
    },
  };
}
