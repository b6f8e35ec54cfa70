import { join } from 'node:path';
import type { Figures } from './figures';
import type { FilledTopic } from './fill-topic';
import { catchUp } from './catch-up';
import { measureQuery } from './query';
import { measureSnapshotRestore, tookMs } from './restore';
import type { BenchContext } from './sides';
import { forget } from './topics';

/** What a window aggregator that has read the topic is asked, and how soon another one in its place has it all again. */
export async function measureAggregator(
  { options, brokers, folder, signal }: BenchContext,
  topic: FilledTopic,
  say: (text: string) => void,
): Promise<Pick<Figures, 'query' | 'restore'>> {
  const { parts, quick } = options;
  const figures: Pick<Figures, 'query' | 'restore'> = {};
  if (!parts.includes('query') && !parts.includes('restore')) return figures;
  say('Reading the topic …');
  await forget(brokers, signal);
  const run = { brokers, folder: join(folder, 'aggregator'), instances: 1, topic, signal };
  const { instances, samples, stop } = await catchUp(run);
  try {
    const [instance] = instances;
    if (parts.includes('query') && instance) {
      say('Overview queries over HTTP …');
      figures.query = await measureQuery(instance, topic.lastTimeMs, quick ? 3 : 10, signal);
    }
  } finally {
    await stop();
  }
  if (!parts.includes('restore')) return figures;
  say('Restoring from the snapshots …');
  const fromSourceMs = tookMs(samples);
  const fromSnapshotMs = await measureSnapshotRestore(run, fromSourceMs);
  return { ...figures, restore: { records: topic.records, fromSourceMs, fromSnapshotMs } };
}
