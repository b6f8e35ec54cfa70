import { parseArgs } from 'node:util';
import type { KillOptions } from './kill';
import { FAULTS } from './faults';

/** The one fault that is tried on the whole product. */
export const PRODUCT_KILLS = 'F11';

export interface FaultsOptions {
  /** Numbers of the faults to try. */
  ids: readonly string[];
  short: boolean;
  kills: KillOptions;
}

const IDS: readonly string[] = [...FAULTS.map(({ id }) => id), PRODUCT_KILLS];

export const FAULTS_USAGE = `faults [--only ${IDS.join(',')}] [--short]
       ${PRODUCT_KILLS}: [--profile embedded|engines] [--rate 200] [--times 30]
`;

/** Reads the command's arguments. @throws Error with what is wrong with them */
export function readFaultsOptions(args: string[]): FaultsOptions {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      short: { type: 'boolean', default: false },
      profile: { type: 'string', default: 'embedded' },
      rate: { type: 'string', default: '200' },
      times: { type: 'string' },
    },
  });
  const { only, short, profile } = values;
  const wanted = only?.split(',') ?? IDS;
  const unknown = wanted.filter((id) => !IDS.includes(id));
  if (unknown.length > 0) throw new Error(`--only: there is no ${unknown.join()}; there are ${IDS.join()}`);
  if (profile !== 'embedded' && profile !== 'engines') throw new Error(`--profile: embedded or engines, not ${profile}`);
  const kills = { profile, ordersPerSecond: Number(values.rate), times: Number(values.times ?? (short ? 3 : 30)) } as const;
  if (!(kills.ordersPerSecond > 0)) throw new Error(`--rate: ${values.rate} is no rate`);
  if (!(Number.isInteger(kills.times) && kills.times > 0)) throw new Error(`--times: ${values.times} is no count`);
  return { ids: IDS.filter((id) => wanted.includes(id)), short, kills };
}
