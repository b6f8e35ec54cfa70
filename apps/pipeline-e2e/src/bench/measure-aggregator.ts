import { createEventLog } from '@orderpulse/event-log';
import { join } from 'node:path';
import type { Figures } from './figures';
import type { FilledTopic } from './fill-topic';
import { type CaughtUp, catchUp } from './measure-ours';
import { measureQuery } from './query';
import { measureSnapshotRestore, tookMs } from './restore';
import { slope, type SideContext } from './sides';
import { perSecond } from './table';
import { dropWrittenTopics, makeTopics } from './topics';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the window aggregator on the topic, as often as the chosen parts need it, and puts what they give into `figures`. */
export async function measureAggregator(context: SideContext, topic: FilledTopic, figures: Figures): Promise<void> {
  const { parts } = context.options;
  if (parts.includes('ours') || parts.includes('query') || parts.includes('restore'))
    await withOneInstance(context, topic, figures);
  if (!parts.includes('ours')) return;
  await forget(context);
  say('window-aggregator, two instances …');
  const two = await run(context, topic, 2);
  await stop(two);
  figures.twoInstances = slope(context, two.samples);
  say(`  ${perSecond(figures.twoInstances)}`);
}

async function withOneInstance(context: SideContext, topic: FilledTopic, figures: Figures): Promise<void> {
  const { options, brokers, folder, signal } = context;
  const { parts, quick } = options;
  say('window-aggregator, one instance …');
  const one = await run(context, topic, 1);
  try {
    const [instance] = one.instances;
    if (parts.includes('ours')) {
      figures.oneInstance = slope(context, one.samples);
      say(`  ${perSecond(figures.oneInstance)}`);
    }
    if (parts.includes('query') && instance) {
      say('Overview queries over HTTP …');
      figures.query = await measureQuery(instance, topic.lastTimeMs, quick ? 3 : 10, signal);
    }
  } finally {
    await stop(one);
  }
  if (!parts.includes('restore')) return;
  say('Restoring from the snapshots …');
  const fromSourceMs = tookMs(one.samples);
  const fromSnapshotMs = await measureSnapshotRestore({ brokers, folder, instances: 1, topic, signal }, fromSourceMs);
  figures.restore = { records: topic.records, fromSourceMs, fromSnapshotMs };
}

function run({ brokers, folder, signal }: SideContext, topic: FilledTopic, instances: number): Promise<CaughtUp> {
  return catchUp({ brokers, folder: join(folder, `aggregator-${instances}`), instances, topic, signal });
}

async function stop({ instances }: CaughtUp): Promise<void> {
  await Promise.all(instances.map((instance) => instance.stop()));
}

/** Lets the next aggregators begin with nothing. */
async function forget({ brokers, signal }: SideContext): Promise<void> {
  await dropWrittenTopics(brokers, signal);
  const log = createEventLog({ kind: 'kafka', brokers: [brokers] });
  await makeTopics(log).finally(() => log.close());
}
