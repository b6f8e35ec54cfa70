import { equalFigures, type Figures } from '../figures';
import { countersBalance } from '../partition-state';
import type { PartitionWindows } from '../partition-windows';
import type { WindowStoreDefinition } from '../window-stores';
import { StoreView } from '../window-query';
import type { OraclePartition, OracleStore, OracleWindow } from './per-window-oracle';

const ALL = Number.MAX_SAFE_INTEGER;

/** Throws unless the store shows the groups and windows of the oracle, each with its figures, and no others. */
export function expectSameWindows(
  definition: WindowStoreDefinition,
  partition: PartitionWindows,
  oracle: OracleStore,
): void {
  const view = new StoreView(definition, [partition]);
  const expected = oracle.visible(partition.streamTimeMs);
  const grouped = definition.groupBy !== 'none';
  const names = grouped ? view.groupNames() : [''];
  const wanted = grouped ? [...expected.keys()].sort() : [''];
  check(names.join('|') === wanted.join('|'), () => `groups ${names.join('|')}, not ${wanted.join('|')}`);
  for (const group of names) {
    const windows = expected.get(group) ?? [];
    const listed = view.list(0, ALL, group);
    check(listed.length === windows.length, () => `group ${group}: ${listed.length} windows, not ${windows.length}`);
    windows.forEach((window, index) => {
      const running = listed[index];
      const direct = view.sum(definition.windows.windowEndingAt(window.end), group);
      for (const found of [running, direct]) {
        const same =
          found?.startMs === window.start &&
          found.endMs === window.end &&
          equalFigures(found.figures, figuresOf(window));
        check(same, () => `group ${group}: ${JSON.stringify(found)}, not ${JSON.stringify(window)}`);
      }
    });
  }
}

/** Throws unless stream time, totals, the account, and what each store has counted are the oracle's. */
export function expectSameAccount(partition: PartitionWindows, oracle: OraclePartition): void {
  check(partition.streamTimeMs === oracle.streamTime, () => `stream time ${partition.streamTimeMs}`);
  check(equalFigures(partition.totals, oracle.totals), () => `totals ${JSON.stringify(partition.totals)}`);
  check(countersBalance(partition.counters), () => JSON.stringify(partition.counters));
  const { summary } = partition.takeChanges();
  summary.stores.forEach(({ counted, late }, index) => {
    const expected = oracle.stores[index];
    check(counted === expected?.counted && late === expected.late, () => `store ${index}: ${counted} and ${late}`);
  });
}

function figuresOf({ start: _start, end: _end, ...figures }: OracleWindow): Figures {
  return figures;
}

/** Cheaper by far than `expect`, which would take most of the time of ten thousand streams. */
function check(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(what());
}
