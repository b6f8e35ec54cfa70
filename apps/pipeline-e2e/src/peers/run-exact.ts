import { startKafka } from '@orderpulse/local-engines';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareWithOriginal, type ExactOptions } from './exact';
import { checkOthers } from './others';
import { untilStopped } from './until-stopped';

export interface RunExactOptions {
  records: number;
  seed: number;
}

export const EXACT_USAGE = `peers-exact [--records 200000] [--seed N]
`;

const COMPARISONS = 100;
const OTHERS_RECORDS = 20_000;

/** Reads the command's arguments. @throws Error with what is wrong with them */
export function readExactOptions(args: string[]): RunExactOptions {
  const { values } = parseArgs({
    args,
    options: {
      records: { type: 'string', default: '200000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const options = { records: Number(values.records), seed: Number(values.seed) };
  if (!(Number.isInteger(options.records) && options.records > 0))
    throw new Error(`--records: ${values.records} is no count`);
  if (!Number.isInteger(options.seed)) throw new Error(`--seed: ${values.seed} is no whole number`);
  return options;
}

/**
 * `npm run peers:exact`: a long stream on a Kafka of its own, read by Kafka Streams with the original topology and by the
 * product's windows, compared again and again; then the other peers of the benchmark beside plain addition.
 * @returns the exit code
 * @throws Error with the first windows that differ
 */
export function runExact({ records, seed }: RunExactOptions): Promise<number> {
  return untilStopped(async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'orderpulse-exact-'));
    try {
      const kafka = await startKafka({ dataDir: join(folder, 'kafka'), port: 0, signal });
      try {
        await compare({
          brokers: kafka.brokers,
          folder,
          records,
          compareEvery: Math.ceil(records / COMPARISONS),
          seed,
          signal,
        });
        const others = await checkOthers({ brokers: kafka.brokers, folder, records: OTHERS_RECORDS, seed, signal });
        for (const [name, windows] of Object.entries(others))
          process.stdout.write(`${name}: ${windows} windows equal to plain addition\n`);
        return 0;
      } finally {
        await kafka.stop();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function compare(options: ExactOptions): Promise<void> {
  const begun = performance.now();
  const onCompared = (read: number, windows: number): void =>
    void process.stdout.write(`  ${read} records, ${windows} windows equal\n`);
  const { kinds, comparisons, windows } = await compareWithOriginal({ ...options, onCompared });
  const seconds = Math.round((performance.now() - begun) / 1_000);
  process.stdout.write(
    `${options.records} records (${kinds.inOrder} in order, ${kinds.outOfOrder} out of order, ${kinds.partlyLate} late for some windows, ` +
      `${kinds.late} for all), ${comparisons} comparisons, ${windows} windows, every one equal; seed ${options.seed}, ${seconds} s\n`,
  );
}
