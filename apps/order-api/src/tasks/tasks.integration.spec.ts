import type { ClickPage, ShopStatus, Task } from '@orderpulse/contracts';
import { taskSchema } from '@orderpulse/contracts';
import { describeWithEngine } from '@orderpulse/local-engines';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { useOrderApi } from '../testing/order-database';

jest.setTimeout(120_000);

describeWithEngine(['postgres'], 'the tasks of the order API on PostgreSQL', () => {
  const open = useOrderApi();

  it('generates orders and clicks as tasks, never the same order twice', async () => {
    const accepted = await open.api.send<Task>('POST', '/tasks/generate-orders', { count: 450, seed: 4 });
    expect([accepted.status, accepted.location]).toEqual([202, `/tasks/${accepted.body.id}`]);
    const again = await open.api.send<Task>('POST', '/tasks/generate-orders', { count: 10, seed: 4 });
    const clicks = await open.api.send<Task>('POST', '/tasks/generate-clickstream', { count: 25 });
    const task = taskSchema.parse(await open.api.finished(accepted.location));
    expect(task).toMatchObject({ state: 'succeeded', total: 450, done: 450, error: null });
    await open.api.finished(again.location);
    expect(await open.api.finished(clicks.location)).toMatchObject({
      state: 'succeeded',
      done: 25,
      totalRevenue: null,
    });
    const events = await open.api.wholeFeed();
    expect(new Set(events.map(({ orderId }) => orderId)).size).toBe(460);
    const cents = events.slice(0, 450).reduce((sum, { event }) => sum + event.revenue_cents, 0);
    expect(task.totalRevenue).toBe(cents / 100);
    const { body } = await open.api.get<ClickPage>('/clickstream?page=2&limit=20');
    expect([body.items.length, body.total]).toEqual([5, 25]);
    expect((await open.api.send('POST', '/tasks/generate-orders', { count: 0 })).status).toBe(400);
  });

  it('replays the CDNOW file to the cent, in file order and with times that never fall', async () => {
    const text = await readFile(join(__dirname, '../../../pipeline-e2e/data/cdnow-sample.txt'), 'utf8');
    const toMs = Date.now();
    const fromMs = toMs - 3_600_000;
    const accepted = await open.api.sendCsv(`/tasks/replay-orders?format=cdnow&fromMs=${fromMs}&toMs=${toMs}`, text);
    expect(accepted.status).toBe(202);
    const task = await open.api.finished(accepted.location);
    expect(task).toMatchObject({
      state: 'succeeded',
      total: 6_919,
      done: 6_919,
      totalRevenue: 244_091.94,
      rowErrorCount: 0,
    });
    const events = await open.api.wholeFeed();
    expect(events.reduce((sum, { event }) => sum + event.revenue_cents, 0)).toBe(24_409_194);
    const times = events.map(({ eventTimeMs }) => eventTimeMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBe(fromMs);
    expect(times.at(-1)).toBeLessThan(toMs);
    expect(new Set(events.map(({ orderId }) => orderId)).size).toBe(6_919);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    expect(events.map(({ event }) => event.order_total)).toEqual(lines.map((fields) => Number(fields[4])));
    expect(events.every(({ event }) => event.line_items.length === 1)).toBe(true);
  });

  it('replays the good rows of a CSV file and names the lines of the bad ones; later replays go on after it', async () => {
    const text =
      'customer_id,date,quantity,amount,currency\nA,2024-01-01,2,10.01,EUR\nB,yesterday,1,5,USD\nC,2024-01-02,1,3.33,USD\n';
    const accepted = await open.api.sendCsv('/tasks/replay-orders', text);
    const task = await open.api.finished(accepted.location);
    expect(task).toMatchObject({ state: 'succeeded', total: 3, done: 2, rowErrorCount: 1, rowErrors: [{ line: 3 }] });
    expect(task.totalRevenue).toBe(14.19);
    await open.api.finished((await open.api.sendCsv('/tasks/replay-orders', text)).location);
    const times = (await open.api.feed()).events.map(({ eventTimeMs }) => eventTimeMs);
    expect(times).toHaveLength(4);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it.each([
    ['a header it does not know', 'a,b\n1,2\n', 'text/csv', '', 400],
    ['no good row', 'customer_id,date,quantity,amount\nA,x,1,1\n', 'text/csv', '', 400],
    ['nothing', '', 'text/csv', '', 400],
    ['another type', '{}', 'application/json', '', 415],
    ['more than 1 MiB', 'x'.repeat(1024 * 1024 + 1), 'text/csv', '', 413],
    [
      'a span in the future',
      'customer_id,date,quantity,amount\nA,20240101,1,1\n',
      'text/csv',
      '?toMs=9999999999999',
      400,
    ],
    ['an unknown format', 'x', 'text/csv', '?format=xls', 400],
  ])('refuses a replay of %s', async (_, body, type, query, status) => {
    expect(await open.api.sendCsv(`/tasks/replay-orders${query}`, body, type)).toMatchObject({
      status,
      body: { status },
    });
    expect((await open.api.feed()).latestSequence).toBe(0);
  });

  it('replays only while the shop is paused', async () => {
    await open.api.send('PATCH', '/shop', { paused: false });
    const answer = await open.api.sendCsv('/tasks/replay-orders?format=cdnow', ' 1 1 19970101 1 1.00');
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'SHOP_RUNNING', detail: expect.stringContaining('PATCH /shop') as string },
    });
    const paused = await open.api.send<ShopStatus>('PATCH', '/shop', {
      paused: true,
      preset: 'peak',
      ordersPerSecond: 7,
    });
    expect(paused.body).toMatchObject({ state: 'paused', preset: 'peak', ordersPerSecond: 7 });
    const before = (await open.api.feed()).latestSequence;
    await delay(300);
    expect((await open.api.feed()).latestSequence).toBe(before);
    expect((await open.api.send('PATCH', '/shop', { ordersPerSecond: -1 })).status).toBe(400);
  });
});
