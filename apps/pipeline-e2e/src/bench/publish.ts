import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '../harness/workspace';
import { barChart } from './chart';
import { bars, type Figures, rowsOf } from './figures';
import type { FilledTopic } from './fill-topic';
import { type BenchOptions, PARTS } from './options';
import { markdownTable, perSecond, thousands } from './table';

const BEGIN = '<!-- Written by `npm run bench`. -->';
const END = '<!-- Until here. -->';

/**
 * Prints the result as a Markdown table and writes it, with a chart: into docs/ when the run was a whole one, else into
 * tmp/bench/. What stands in docs/bench.md around the written part stays.
 */
export async function publish(options: BenchOptions, topic: FilledTopic | null, figures: Figures): Promise<void> {
  const root = workspaceRoot();
  const whole = !options.quick && options.parts.length === PARTS.length;
  const folder = join(root, whole ? 'docs' : 'tmp/bench');
  const table = markdownTable(rowsOf(figures));
  const chart = bars(figures);
  process.stdout.write(`\n${table}\n\n`);

  const page = join(folder, 'bench.md');
  const picture = chart.length > 0 ? '\n![Records a second](images/bench.svg)\n' : '';
  const how = chart.length > 0 ? `\n${rateNote(options)}\n` : '';
  const text = `${await conditions(root, topic)}\n${how}${picture}\n${table}`;
  await write(page, placed(existsSync(page) ? await readFile(page, 'utf8') : '', text));
  if (chart.length > 0) {
    const drawn = chart.map(({ name, rate, own }) => ({ name, value: rate, label: perSecond(rate), highlighted: own }));
    await write(join(folder, 'images', 'bench.svg'), barChart('Records a second, each side by itself', drawn));
  }
  process.stdout.write(`Written to ${page}\n`);
}

/** The page with the text in its place. */
export function placed(page: string, text: string): string {
  const part = `${BEGIN}\n${text}\n${END}`;
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) return `${page === '' ? '# Benchmark\n\n' : `${page.trimEnd()}\n\n`}${part}\n`;
  return page.slice(0, begin) + part + page.slice(end + END.length);
}

/** How the rates have come about. */
export function rateNote({ from, to, originalRecords, rounds }: BenchOptions): string {
  const runs = rounds === 1 ? '' : `the median of ${rounds} rounds, in each of which every side runs once: `;
  return (
    `Rates are ${runs}slopes between ${thousands(from)} and ${thousands(to)} records of the topic, so that neither start nor end counts. ` +
    `That of the original topology, which reads faster than it counts, is over all of ${thousands(originalRecords)} records on a ` +
    'topic of its own, from the first one to the end of the last, after a run to warm up. The broker is warm: the topic was read several times before.'
  );
}

async function conditions(root: string, topic: FilledTopic | null): Promise<string> {
  const pom = await readFile(join(root, 'infra/peers/pom.xml'), 'utf8');
  const version = (name: string): string => new RegExp(`<${name}.version>([^<]+)<`).exec(pom)?.[1] ?? '';
  const cores = cpus();
  const machine = `${cores.length} cores (${cores[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const software = `Node.js ${process.versions.node}, Kafka Streams ${version('kafka')}, Flink ${version('flink')}`;
  const input = topic
    ? ` The topic: ${thousands(topic.records)} records of ${thousands(topic.valueBytes)} bytes on average.`
    : '';
  return `${new Date().toISOString().slice(0, 10)}, ${machine}, ${software}.${input}`;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
