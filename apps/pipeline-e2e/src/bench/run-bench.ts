import { createEventLog } from '@orderpulse/event-log';
import { startKafka } from '@orderpulse/local-engines';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Product } from '../harness/product';
import { untilStopped } from '../peers/until-stopped';
import { type Figures, rowsOf } from './figures';
import { fillTopic, type FilledTopic } from './fill-topic';
import { measureIdle } from './idle';
import { measureAggregator } from './measure-aggregator';
import type { BenchOptions, Part } from './options';
import { publish } from './publish';
import { measureRates } from './rates';
import { type BenchContext, measureKafkajs } from './sides';
import { measureVisible } from './visible';
import { measureWindowCost } from './window-cost';

const KAFKA_HEAP_MB = 1_024;
/** Kafka's own default, which the product's settings shorten: instances that start together share partitions from the first record on. */
const REBALANCE_DELAY_MS = '3000';
const VISIBLE_ORDERS_PER_SECOND = 500;
const IDLE_SECONDS = 60;
/** After so many reads a broker gets no faster: its code is compiled. No side has to pay for that. */
const WARMING_READS = 4;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/**
 * `npm run bench`: every side on this machine, one after another, on the same topic of the same Kafka; then the product by
 * itself. Everything is stopped and removed at the end.
 * @returns the exit code: 1 when a goal was not met
 */
export function runBench(options: BenchOptions): Promise<number> {
  return untilStopped(async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'orderpulse-bench-'));
    try {
      const has = (...parts: Part[]): boolean => parts.some((part) => options.parts.includes(part));
      const figures: Figures = {};
      if (has('windows')) {
        say('The cost of windows …');
        figures.windows = measureWindowCost();
      }
      let topic: FilledTopic | null = null;
      if (has('ours', 'kafkajs', 'original', 'tuned', 'flink', 'query', 'restore'))
        topic = await withKafka(options, folder, signal, figures);
      if (has('visible', 'idle')) await withProduct(options, join(folder, 'product'), signal, figures);
      await publish(options, topic, figures);
      return rowsOf(figures).every(({ met }) => met !== false) ? 0 : 1;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Everything that reads the topic. */
async function withKafka(
  options: BenchOptions,
  folder: string,
  signal: AbortSignal,
  figures: Figures,
): Promise<FilledTopic> {
  const kafka = await startKafka({
    dataDir: join(folder, 'kafka'),
    port: 0,
    heapMb: KAFKA_HEAP_MB,
    settings: { 'group.initial.rebalance.delay.ms': REBALANCE_DELAY_MS },
    signal,
  });
  try {
    say(`Filling the topic with ${options.records} records …`);
    const log = createEventLog({ kind: 'kafka', brokers: [kafka.brokers] });
    const topic = await fillTopic(log, options.records, options.originalRecords, signal).finally(() => log.close());
    // Else a side reads and writes beside the gigabytes of the one before that are still on their way to the disk.
    const settle = () => promisify(execFile)('sync');
    await settle();
    const context: BenchContext = { options, brokers: kafka.brokers, folder, signal };
    say('Warming the broker up …');
    for (let read = 0; read < WARMING_READS; read++) await measureKafkajs(context, false);
    const rates = await measureRates(context, topic, say, settle);
    Object.assign(figures, rates, await measureAggregator(context, topic, say));
    return topic;
  } finally {
    await kafka.stop();
  }
}

/** What the product as a whole does, with its shop. */
async function withProduct(
  options: BenchOptions,
  folder: string,
  signal: AbortSignal,
  figures: Figures,
): Promise<void> {
  say('The product as a whole …');
  const product = await Product.create('embedded', folder, { SHOP_BACKFILL_MINUTES: '0' });
  const stop = (): void => void product.stop('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    await product.start();
    if (options.parts.includes('visible'))
      figures.visible = await measureVisible(product, VISIBLE_ORDERS_PER_SECOND, signal);
    if (options.parts.includes('idle')) figures.idle = await measureIdle(product, IDLE_SECONDS, signal);
  } finally {
    signal.removeEventListener('abort', stop);
    await product.stop('SIGTERM');
  }
}
