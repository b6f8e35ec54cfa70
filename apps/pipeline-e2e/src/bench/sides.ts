import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { join } from 'node:path';
import { MeasuredProcess, type Sample } from '../peers/measured-process';
import { FLINK_SQL_HOP, type PeerProgram, STREAMS_ORIGINAL, STREAMS_TUNED } from '../peers/programs';
import { startPeer } from '../peers/start-peer';
import { workspaceRoot } from '../harness/workspace';
import type { FilledTopic } from './fill-topic';
import { catchUp } from './catch-up';
import type { BenchOptions } from './options';
import { rateBetween } from './rate';
import { forget, SAMPLE_TOPIC } from './topics';

/** Where everything is that reads the topic. */
export interface BenchContext {
  options: BenchOptions;
  brokers: string;
  /** Each run makes a folder of its own below it. */
  folder: string;
  signal: AbortSignal;
}

/** What a side gets. Those that Kafka keeps state for are known to it by another name in each round, from 1 on. */
export interface SideContext extends BenchContext {
  round: number;
}

/** Records a second of window aggregators with everything on, which begin with nothing. */
export async function measureOurs(context: SideContext, topic: FilledTopic, instances: number): Promise<number> {
  const { brokers, signal } = context;
  await forget(brokers, signal);
  const folder = join(context.folder, nameOf(context, `aggregator-${instances}`));
  const caughtUp = await catchUp({ brokers, folder, instances, topic, signal });
  await caughtUp.stop();
  return slope(context, caughtUp.samples);
}

/** Records a second of Kafka Streams with the original's topology: over the whole way of all records of the sample topic. */
export async function measureOriginal(context: SideContext): Promise<number> {
  const records = context.options.originalRecords;
  const name = nameOf(context, 'original');
  const samples = await runPeer(context, STREAMS_ORIGINAL, SAMPLE_TOPIC, records, name, {
    'application-id': name,
    'warmup-records': Math.round(records / 6),
  });
  return rateBetween(samples, 0, records);
}

/** Records a second of Kafka Streams, tuned. */
export async function measureTuned(context: SideContext, threads: number): Promise<number> {
  const name = nameOf(context, `tuned-${threads}`);
  const args = { 'application-id': name, threads };
  return slope(context, await runPeer(context, STREAMS_TUNED, ORDERS_TOPIC, context.options.to, name, args));
}

/** Records a second of Flink SQL. */
export async function measureFlink(context: SideContext): Promise<number> {
  const name = nameOf(context, 'flink');
  const args = { 'group-id': name };
  return slope(context, await runPeer(context, FLINK_SQL_HOP, ORDERS_TOPIC, context.options.to, name, args));
}

/** Records a second of kafkajs alone. @param parse with JSON.parse of every value */
export async function measureKafkajs(context: BenchContext, parse: boolean): Promise<number> {
  const { options, brokers, signal } = context;
  const root = workspaceRoot();
  const args = [
    '--brokers',
    brokers,
    '--topic',
    ORDERS_TOPIC,
    '--records',
    String(options.to),
    ...(parse ? ['--parse'] : []),
  ];
  const limit = new MeasuredProcess({
    name: 'kafkajs',
    command: process.execPath,
    args: [join(root, 'dist/apps/pipeline-e2e/main.js'), 'kafkajs-limit', ...args],
    cwd: root,
    signal,
  });
  await limit.finished;
  return slope(context, limit.samples);
}

function nameOf({ round }: SideContext, side: string): string {
  return `bench-${side}-${round}`;
}

/** The rate between the two counts of the options. */
function slope({ options }: BenchContext, samples: readonly Sample[]): number {
  return rateBetween(samples, options.from, options.to);
}

async function runPeer(
  { brokers, folder, signal }: SideContext,
  program: PeerProgram,
  topic: string,
  records: number,
  name: string,
  args: Readonly<Record<string, string | number>>,
): Promise<Sample[]> {
  const peer = await startPeer(program, { brokers, topic, records, folder: join(folder, name), args, signal });
  try {
    await peer.finished;
    return peer.samples;
  } finally {
    await peer.stop();
  }
}
