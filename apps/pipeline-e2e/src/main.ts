import { parseArgs } from 'node:util';
import { runHttpLoad } from './bench/http-load';
import { runKafkajsLimit } from './bench/kafkajs-limit';
import { BENCH_USAGE, readOptions } from './bench/options';
import { runBench } from './bench/run-bench';
import { FAULTS_USAGE, readFaultsOptions } from './faults/options';
import { runFaults } from './faults/run-faults';
import { runLoad } from './load/load';
import { EXACT_USAGE, readExactOptions, runExact } from './peers/run-exact';

const USAGE = `load   [--profile embedded|engines] [--rate 500] [--minutes 3]
${FAULTS_USAGE}${BENCH_USAGE}${EXACT_USAGE}`;

/** Commands that read their own arguments. The last two are processes that the benchmark starts for itself. */
const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  faults: (args) => runFaults(readFaultsOptions(args)),
  bench: (args) => runBench(readOptions(args)),
  'peers-exact': (args) => runExact(readExactOptions(args)),
  'kafkajs-limit': runKafkajsLimit,
  'http-load': runHttpLoad,
};

async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command) return command(args);
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      profile: { type: 'string', default: 'embedded' },
      rate: { type: 'string' },
      minutes: { type: 'string', default: '3' },
    },
  });
  const { profile } = values;
  const numbers = [values.rate ?? '1', values.minutes].map(Number);
  if ((profile !== 'embedded' && profile !== 'engines') || !numbers.every((value) => value > 0)) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (positionals[0] === 'load')
    return runLoad({ profile, ordersPerSecond: Number(values.rate ?? 500), minutes: Number(values.minutes) });
  process.stderr.write(USAGE);
  return 2;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
