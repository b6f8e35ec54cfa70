import { parseArgs } from 'node:util';

/** Parts of the benchmark, in the order in which they run. */
export const PARTS = [
  'ours',
  'kafkajs',
  'original',
  'tuned',
  'flink',
  'windows',
  'query',
  'visible',
  'restore',
  'idle',
] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  parts: readonly Part[];
  quick: boolean;
  /** Records on the topic. */
  records: number;
  /** How often every side is run; the median counts. */
  rounds: number;
  /** Records between which rates are measured. */
  from: number;
  to: number;
  /** Records for the original's topology, which is too slow for more; its rate is that of the whole way of all of them. */
  originalRecords: number;
}

export const BENCH_USAGE = `bench  [--quick] [--only ${PARTS.join(',')}]
`;

/** Reads the command's arguments. @throws Error with what is wrong with them */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  const names = values.only?.split(',') ?? PARTS;
  const unknown = names.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`--only: there is no ${unknown.join()}; there are ${PARTS.join()}`);
  const scale = values.quick ? 0.1 : 1;
  return {
    parts: PARTS.filter((part) => names.includes(part)),
    quick: values.quick,
    rounds: values.quick ? 1 : 3,
    records: 1_000_000 * scale,
    from: 300_000 * scale,
    to: 900_000 * scale,
    originalRecords: 60_000 * scale,
  };
}
