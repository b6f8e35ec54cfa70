import type { FilledTopic } from './fill-topic';
import type { Part } from './options';
import { quantile } from './rate';
import {
  measureFlink,
  measureKafkajs,
  measureOriginal,
  measureOurs,
  measureTuned,
  type BenchContext,
  type SideContext,
} from './sides';
import { perSecond } from './table';

/** Records a second of every side that was measured. */
export interface Rates {
  oneInstance?: number;
  twoInstances?: number;
  kafkajsFetch?: number;
  kafkajsParse?: number;
  /** Over all records of a topic of its own, from the first one on; every other rate is the slope between two record counts. */
  original?: number;
  tunedOneThread?: number;
  tunedTwoThreads?: number;
  flink?: number;
}

/** What the sides are called. */
export const SIDE_NAMES: Readonly<Record<keyof Rates, string>> = {
  oneInstance: 'window-aggregator, one instance',
  twoInstances: 'window-aggregator, two instances',
  kafkajsFetch: 'kafkajs, fetch and decode only',
  kafkajsParse: 'kafkajs, fetch and JSON.parse only',
  original: 'Kafka Streams, original topology',
  tunedOneThread: 'Kafka Streams, tuned, one thread',
  tunedTwoThreads: 'Kafka Streams, tuned, two threads',
  flink: 'Flink SQL HOP',
};

/** One that is measured. */
export interface Side {
  rate: keyof Rates;
  part: Part;
  measure: (context: SideContext, topic: FilledTopic) => Promise<number>;
}

/** In the order of a round. */
const SIDES: readonly Side[] = [
  { rate: 'oneInstance', part: 'ours', measure: (context, topic) => measureOurs(context, topic, 1) },
  { rate: 'twoInstances', part: 'ours', measure: (context, topic) => measureOurs(context, topic, 2) },
  { rate: 'kafkajsFetch', part: 'kafkajs', measure: (context) => measureKafkajs(context, false) },
  { rate: 'kafkajsParse', part: 'kafkajs', measure: (context) => measureKafkajs(context, true) },
  { rate: 'original', part: 'original', measure: measureOriginal },
  { rate: 'tunedOneThread', part: 'tuned', measure: (context) => measureTuned(context, 1) },
  { rate: 'tunedTwoThreads', part: 'tuned', measure: (context) => measureTuned(context, 2) },
  { rate: 'flink', part: 'flink', measure: measureFlink },
];

/**
 * Runs every chosen side, one after another, and all of them as often as the options say: a time in which the machine has other
 * things to do then hits one round of several sides, and not the figure of one.
 * @param say gets a line for each measurement
 * @param settle is waited for before each: what the one before has left to do
 * @returns each side's median
 */
export async function measureRates(
  context: BenchContext,
  topic: FilledTopic,
  say: (text: string) => void,
  settle: () => Promise<unknown>,
  all = SIDES,
): Promise<Rates> {
  const { parts, rounds } = context.options;
  const sides = all.filter(({ part }) => parts.includes(part));
  const measured = new Map<keyof Rates, number[]>(sides.map(({ rate }) => [rate, []]));
  for (let round = 1; round <= rounds && sides.length > 0; round++) {
    say(`Round ${round} of ${rounds}`);
    for (const { rate, measure } of sides) {
      await settle();
      const value = await measure({ ...context, round }, topic);
      measured.get(rate)?.push(value);
      say(`  ${SIDE_NAMES[rate]}: ${perSecond(value)}`);
    }
  }
  return Object.fromEntries([...measured].map(([rate, values]) => [rate, quantile(values, 0.5)]));
}
