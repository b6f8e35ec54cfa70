import { setTimeout as delay } from 'node:timers/promises';
import { simulateOrder } from '../shop/simulation/simulated-order';
import { Random } from '../shop/simulation/random';
import { useOrderDatabase } from '../testing/order-database';
import { describeWithEngine } from '@orderpulse/local-engines';
import { lockOrder } from './lock-orders';
import { creationOf, type OrderChange, stepOf } from './order-change';
import { writeChanges } from './order-writer';

jest.setTimeout(120_000);

const atMs = 1_700_000_000_000;
const newOrder = (index: number): OrderChange =>
  creationOf(simulateOrder(1, index, atMs + index, 'calm').order, atMs + index);

describeWithEngine(['postgres'], 'writing orders and events on PostgreSQL', () => {
  const open = useOrderDatabase();

  /** Reads the outbox as the feed does, all the while, by the highest number seen, until `stop` is aborted. */
  async function follow(stop: AbortSignal): Promise<{ sequence: number; orderId: string; version: number }[]> {
    const seen: { sequence: number; orderId: string; version: number }[] = [];
    for (let isLast = false; !isLast;) {
      isLast = stop.aborted;
      const { rows } = await open.database.run<{ sequence: number; event: string }>(
        'SELECT sequence, event FROM shop.outbox WHERE sequence > $1 ORDER BY sequence LIMIT 50',
        [seen.at(-1)?.sequence ?? 0],
      );
      for (const { sequence, event } of rows) {
        const { order_id: orderId, order_version: version } = JSON.parse(event) as {
          order_id: string;
          order_version: number;
        };
        seen.push({ sequence, orderId, version });
      }
      if (rows.length > 0) isLast = false;
    }
    return seen;
  }

  it('loses no event for a reader that follows while transactions overlap, and keeps versions in order', async () => {
    const stop = new AbortController();
    const following = follow(stop.signal);
    const writers = 6;
    const expected: string[] = [];
    const write = async (writer: number): Promise<void> => {
      const random = new Random(77, writer);
      for (let turn = 0; turn < 25; turn += 1) {
        const creations = Array.from({ length: random.int(1, 4) }, (_, part) =>
          newOrder(writer * 10_000 + turn * 10 + part),
        );
        const first = creations[0] as OrderChange;
        const rollBack = random.chance(0.2);
        await open.database
          .transaction(async (sql) => {
            // Takes a transaction id before the others do, and commits after them.
            await sql.run('SELECT pg_current_xact_id()');
            await delay(random.int(0, 8));
            await writeChanges(sql, creations);
            await delay(random.int(0, 8));
            if (rollBack) throw new Error('rolled back on purpose');
          })
          .catch((error: Error) => expect(error.message).toBe('rolled back on purpose'));
        if (rollBack) continue;
        expected.push(...creations.map((change) => `${change.orderId}/1`));
        for (const step of ['shipped', 'delivered'] as const)
          await open.database.transaction(async (sql) => {
            const stored = await lockOrder(sql, first.orderId);
            if (!stored) throw new Error(`no order ${first.orderId}`);
            await delay(random.int(0, 3));
            await writeChanges(sql, [stepOf(stored, step, atMs + 50_000)]);
            expected.push(`${first.orderId}/${stored.version + 1}`);
          });
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    stop.abort();
    const seen = await following;
    expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1));
    expect(seen.map(({ orderId, version }) => `${orderId}/${version}`).sort()).toEqual(expected.sort());
    const versions = new Map<string, number>();
    for (const { orderId, version } of seen) {
      expect(version).toBe((versions.get(orderId) ?? 0) + 1);
      versions.set(orderId, version);
    }
  });

  it('makes a second writer wait for the first commit, so that no lower number appears later', async () => {
    let isFirstDone = false;
    let hasWritten: () => void = () => undefined;
    let releaseFirst: () => void = () => undefined;
    const written = new Promise<void>((resolve) => (hasWritten = resolve));
    const released = new Promise<void>((resolve) => (releaseFirst = resolve));
    const first = open.database.transaction(async (sql) => {
      await writeChanges(sql, [newOrder(1)]);
      hasWritten();
      await released;
      isFirstDone = true;
    });
    await Promise.race([written, first]);
    const second = open.database.transaction(async (sql) => {
      const sequence = await writeChanges(sql, [newOrder(2)]);
      expect(isFirstDone).toBe(true);
      return sequence;
    });
    await delay(100);
    const visible = await open.database.run('SELECT 1 FROM shop.outbox');
    expect(visible.count).toBe(0);
    releaseFirst();
    await first;
    expect(await second).toBe(2);
  });

  it('writes neither order nor event when the order is not at the version before', async () => {
    const created = newOrder(1);
    await open.database.transaction((sql) => writeChanges(sql, [created]));
    const again = open.database.transaction((sql) => writeChanges(sql, [{ ...created, version: 3 }, newOrder(2)]));
    await expect(again).rejects.toThrow('1 of 1 orders were not at the version before');
    const { rows } = await open.database.run<{ orders: number; events: number; head: number; counted: number }>(
      `SELECT (SELECT count(*) FROM shop.orders) AS orders, (SELECT count(*) FROM shop.outbox) AS events,
              last_sequence AS head, order_count AS counted FROM shop.outbox_head`,
    );
    expect(rows).toEqual([{ orders: 1, events: 1, head: 1, counted: 1 }]);
  });

  it('stores texts of any kind unchanged', async () => {
    const { order } = simulateOrder(1, 1, atMs, 'calm');
    const odd = { ...order, pet_name: 'line\nfeed, "quotes" \\ \u0000 \u001e 🦦 \ud800' };
    await open.database.transaction((sql) => writeChanges(sql, [creationOf(odd, atMs), newOrder(2)]));
    const { rows } = await open.database.run<{ document: string }>(
      'SELECT document FROM shop.orders WHERE order_id = $1',
      [odd.order_id],
    );
    expect(JSON.parse(rows[0]?.document ?? '')).toEqual(JSON.parse(JSON.stringify(odd)));
  });
});
