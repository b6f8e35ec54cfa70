import type { AggregatorStatus, Overview, ShopStatus } from '@orderpulse/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { get, patch, read } from '../harness/api';
import { byName, memoryOf } from '../harness/memory';
import { type Profile, Product } from '../harness/product';

export interface LoadOptions {
  profile: Profile;
  ordersPerSecond: number;
  minutes: number;
}

/** Goals of the product on two cores, by profile. */
const GOALS = {
  embedded: { memoryMb: 1_200, warmStartMs: 20_000 },
  engines: { memoryMb: 3_500, warmStartMs: 60_000 },
} as const;
const LAG_GOAL_MS = 2_000;
const CALM_MS = 30_000;

interface Row {
  what: string;
  value: string;
  goal?: string;
  met?: boolean;
}

/** How old the newest event in an answer is, in ms; null when the path does not answer. */
async function ageMs(url: string): Promise<number | null> {
  const answer = await get<Overview>(url);
  const watermark = answer.status === 200 ? answer.data.meta.watermarkMs : null;
  return watermark === null ? null : Date.now() - watermark;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

function describeAges(name: string, samples: readonly (number | null)[]): Row {
  const ages = samples.filter((sample): sample is number => sample !== null).sort((a, b) => a - b);
  const missing = samples.length - ages.length;
  const worst = quantile(ages, 1);
  const value = `median ${quantile(ages, 0.5)} ms, p99 ${quantile(ages, 0.99)} ms, worst ${worst} ms${missing ? `, ${missing} without answer` : ''}`;
  return { what: `event made → in ${name}`, value, goal: `< ${LAG_GOAL_MS} ms`, met: worst < LAG_GOAL_MS && missing === 0 && ages.length > 0 };
}

function print(title: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map((row) => row.what.length));
  const lines = rows.map(({ what, value, goal, met }) => `  ${what.padEnd(width)}  ${value}${goal ? `   (goal ${goal}: ${met ? 'met' : 'NOT MET'})` : ''}`);
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}

/** Samples both paths once a second while the shop writes at the wanted rate. */
async function drive(product: Product, options: LoadOptions): Promise<Row[]> {
  const { urls } = product;
  const status = () => read<AggregatorStatus>(`${urls.aggregator}/status`);
  await patch<ShopStatus>(`${urls.orderApi}/shop`, { ordersPerSecond: options.ordersPerSecond });
  await delay(5_000);
  const [before, begun] = [await status(), performance.now()];
  const stores: (number | null)[] = [];
  const sql: (number | null)[] = [];
  const samples = options.minutes * 60;
  for (let i = 0; i < samples; i++) {
    const next = begun + (i + 1) * 1_000;
    const [a, b] = await Promise.all([ageMs(`${urls.gateway}/orders/overview`), ageMs(`${urls.gateway}/orders/overview2`)]);
    stores.push(a);
    sql.push(b);
    if (i % 30 === 29) process.stdout.write(`  ${i + 1} s: stores ${a} ms, SQL ${b} ms behind\n`);
    await delay(Math.max(0, next - performance.now()));
  }
  const [after, seconds] = [await status(), (performance.now() - begun) / 1_000];
  const orders = (after.totals.orders - before.totals.orders) / seconds;
  const events = (after.read - before.read) / seconds;
  return [
    { what: 'orders counted', value: `${orders.toFixed(1)}/s`, goal: `≥ ${options.ordersPerSecond * 0.99}/s`, met: orders >= options.ordersPerSecond * 0.99 },
    { what: 'events counted', value: `${events.toFixed(1)}/s` },
    describeAges('/orders/overview', stores),
    describeAges('/orders/overview2', sql),
    { what: 'read = counted + duplicate + late + dead', value: `${after.read} = ${after.counted} + ${after.duplicate} + ${after.late} + ${after.deadLettered}` },
  ];
}

async function memoryRows(product: Product, goalMb?: number): Promise<Row[]> {
  const processes = await memoryOf(await product.pids());
  const total = processes.reduce((sum, process) => sum + process.pssMb, 0);
  const rows: Row[] = byName(processes).map(([name, mb]) => ({ what: `memory of ${name}`, value: `${mb.toFixed(0)} MB` }));
  const sum: Row = { what: 'memory of all processes', value: `${total.toFixed(0)} MB` };
  return [...rows, goalMb ? { ...sum, goal: `≤ ${goalMb} MB`, met: total <= goalMb } : sum];
}

/**
 * `npm run load`: a fresh product, its default rate, a load, a warm start; measured, printed, cleaned up.
 * @returns the exit code: 1 when a goal was not met
 */
export async function runLoad(options: LoadOptions): Promise<number> {
  const goals = GOALS[options.profile];
  const folder = await mkdtemp(join(tmpdir(), 'orderpulse-load-'));
  const product = await Product.create(options.profile, folder);
  const rows: Row[] = [];
  const stopNow = (): void => void product.stop('SIGTERM').then(() => process.exit(130));
  process.once('SIGINT', stopNow);
  process.once('SIGTERM', stopNow);
  try {
    process.stdout.write(`Starting (${options.profile}) with the past hour back-filled at 20 orders/s …\n`);
    rows.push({ what: 'first start to live figures', value: `${((await product.start(600_000)) / 1_000).toFixed(1)} s` });
    await delay(CALM_MS);
    const calm = await memoryRows(product, goals.memoryMb);
    print('At 20 orders/s', calm);
    process.stdout.write(`\n${options.ordersPerSecond} orders/s for ${options.minutes} min …\n`);
    const loaded = await drive(product, options);
    print(`At ${options.ordersPerSecond} orders/s`, [...loaded, ...(await memoryRows(product))]);
    const stop = await product.stop();
    const warmMs = await product.start(300_000);
    rows.push(
      { what: 'stop after Ctrl-C', value: `${(stop.tookMs / 1_000).toFixed(1)} s, ${stop.left.length} processes left`, goal: '≤ 10 s, none', met: stop.tookMs <= 10_000 && stop.left.length === 0 },
      { what: 'warm start to live figures', value: `${(warmMs / 1_000).toFixed(1)} s`, goal: `≤ ${goals.warmStartMs / 1_000} s`, met: warmMs <= goals.warmStartMs },
    );
    print('Starts and stops', rows);
    return [...calm, ...loaded, ...rows].every((row) => row.met !== false) ? 0 : 1;
  } finally {
    await product.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}
