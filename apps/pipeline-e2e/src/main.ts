import { parseArgs } from 'node:util';
import { runKills } from './faults/kill';
import { runLoad } from './load/load';

const USAGE = `load   [--profile embedded|engines] [--rate 500] [--minutes 3]
faults [--profile embedded|engines] [--rate 200] [--times 10]
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      profile: { type: 'string', default: 'embedded' },
      rate: { type: 'string' },
      minutes: { type: 'string', default: '3' },
      times: { type: 'string', default: '10' },
    },
  });
  const { profile } = values;
  const numbers = [values.rate ?? '1', values.minutes, values.times].map(Number);
  if ((profile !== 'embedded' && profile !== 'engines') || !numbers.every((value) => value > 0)) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (positionals[0] === 'load')
    return runLoad({ profile, ordersPerSecond: Number(values.rate ?? 500), minutes: Number(values.minutes) });
  if (positionals[0] === 'faults') return runKills({ profile, ordersPerSecond: Number(values.rate ?? 200), times: Number(values.times) });
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
