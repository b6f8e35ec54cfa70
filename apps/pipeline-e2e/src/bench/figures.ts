import type { HttpLoadResult } from './http-load';
import type { IdleShare } from './idle';
import type { QueryCost } from './query';
import { SIDE_NAMES, type Rates } from './rates';
import type { RestoreTimes } from './restore';
import { perSecond, type Row, thousands, times } from './table';
import type { VisibleDelay } from './visible';
import type { WindowCost } from './window-cost';

/** Everything a run has measured; what was left out is absent. */
export interface Figures extends Rates {
  windows?: WindowCost;
  query?: QueryCost;
  visible?: VisibleDelay;
  restore?: RestoreTimes;
  idle?: readonly IdleShare[];
}

/** What has to be reached. */
const GOALS = {
  overOriginal: 60,
  overTuned: 4,
  overFlink: 1.1,
  overFetch: 0.7,
  hourOverMinute: 1.1,
  queriesPerSecond: 5_000,
  queryP99Ms: 5,
  visibleP99Ms: 250,
  restoreRecords: 1_000_000,
  restoreSnapshotMs: 10_000,
  restoreSourceMs: 30_000,
  idleShare: 0.01,
} as const;

const ORIGINAL = SIDE_NAMES.original;
/** What its rate is of: it is too slow for the topic of the others. */
const ORIGINAL_RECORDS = 'all records of a short topic of its own';
/** The sides as they are drawn, ours first. */
const BARS: readonly (keyof Rates)[] = [
  'twoInstances',
  'oneInstance',
  'flink',
  'tunedTwoThreads',
  'tunedOneThread',
  'original',
  'kafkajsFetch',
  'kafkajsParse',
];
const OWN: readonly (keyof Rates)[] = ['oneInstance', 'twoInstances'];
const OURS = 'records, the better of one and two instances,';

/** The sides of the comparison with their rates, for the chart. */
export function bars(figures: Figures): { name: string; rate: number; own: boolean }[] {
  return BARS.flatMap((side) => {
    const rate = figures[side];
    return rate === undefined ? [] : [{ name: SIDE_NAMES[side], rate, own: OWN.includes(side) }];
  });
}

/** The result as rows, each with the goal it has. */
export function rowsOf(figures: Figures): Row[] {
  return [...rateRows(figures), ...ratioRows(figures), ...otherRows(figures)];
}

function rateRows(figures: Figures): Row[] {
  return bars(figures).map(({ name, rate }) => ({
    figure: `${name}, ${name === ORIGINAL ? ORIGINAL_RECORDS : 'records'}`,
    measured: perSecond(rate),
  }));
}

function ratioRows(figures: Figures): Row[] {
  const { oneInstance, twoInstances, original, tunedOneThread, tunedTwoThreads, flink, kafkajsFetch } = figures;
  const best = largest(oneInstance, twoInstances);
  const rows: [string, number | undefined, number | undefined, number][] = [
    [`${OURS} against ${ORIGINAL}, ${ORIGINAL_RECORDS}`, best, original, GOALS.overOriginal],
    [
      `${OURS} against Kafka Streams, tuned, the better of one and two threads`,
      best,
      largest(tunedOneThread, tunedTwoThreads),
      GOALS.overTuned,
    ],
    [`${OURS} against Flink SQL HOP`, best, flink, GOALS.overFlink],
    ['records, one instance, against kafkajs, fetch and decode only', oneInstance, kafkajsFetch, GOALS.overFetch],
  ];
  return rows.flatMap(([figure, own, other, goal]) =>
    own === undefined || other === undefined
      ? []
      : [{ figure, measured: times(own / other), goal: `≥ ${times(goal)}`, met: own / other >= goal }],
  );
}

function otherRows({ windows, query, visible, restore, idle }: Figures): Row[] {
  return [
    ...(windows ? [windowRow(windows)] : []),
    ...(query ? queryRows(query) : []),
    ...(visible ? [visibleRow(visible)] : []),
    ...(restore ? restoreRows(restore) : []),
    ...(idle ? [idleRow(idle)] : []),
  ];
}

function windowRow({ minuteUs, hourUs }: WindowCost): Row {
  const ratio = hourUs / minuteUs;
  return {
    figure: 'cost of an event in 60 min windows against 60 s windows, both every second',
    measured: `${times(ratio)} (${hourUs.toFixed(3)} µs, ${minuteUs.toFixed(3)} µs)`,
    goal: `≤ ${times(GOALS.hourOverMinute)}`,
    met: ratio <= GOALS.hourOverMinute,
  };
}

function queryRows({ most, steady, onOneCore }: QueryCost): Row[] {
  const latency = ({ medianMs, p99Ms, worstMs }: HttpLoadResult): string =>
    `p99 ${p99Ms.toFixed(1)} ms (median ${medianMs.toFixed(1)}, worst ${worstMs.toFixed(1)})`;
  return [
    {
      figure: `overview queries over HTTP, ${onOneCore ? 'on one core' : 'one process'}`,
      measured: `${perSecond(most.perSecond)}, ${latency(most)}`,
      goal: `≥ ${perSecond(GOALS.queriesPerSecond)}`,
      met: most.perSecond >= GOALS.queriesPerSecond,
    },
    {
      figure: 'overview query at 1,000/s',
      measured: latency(steady),
      goal: `p99 ≤ ${GOALS.queryP99Ms} ms`,
      met: steady.p99Ms <= GOALS.queryP99Ms,
    },
  ];
}

function visibleRow({ orders, medianMs, p99Ms, worstMs }: VisibleDelay): Row {
  return {
    figure: `order made → counted by /orders/overview, at 500 orders/s (${thousands(orders)} orders)`,
    measured: `p99 ${p99Ms} ms (median ${medianMs}, worst ${worstMs})`,
    goal: `p99 ≤ ${GOALS.visibleP99Ms} ms`,
    met: p99Ms <= GOALS.visibleP99Ms,
  };
}

function restoreRows({ records, fromSnapshotMs, fromSourceMs }: RestoreTimes): Row[] {
  const row = (source: string, tookMs: number | null, goalMs: number): Row => ({
    figure: `restore of ${thousands(records)} records from ${source}, with the start of the process`,
    measured: tookMs === null ? 'read the topic instead' : `${(tookMs / 1_000).toFixed(1)} s`,
    // Start-up is part of it: a shorter topic says nothing.
    ...(records >= GOALS.restoreRecords && { goal: `≤ ${goalMs / 1_000} s`, met: tookMs !== null && tookMs <= goalMs }),
  });
  return [
    row('the snapshots', fromSnapshotMs, GOALS.restoreSnapshotMs),
    row('the topic itself', fromSourceMs, GOALS.restoreSourceMs),
  ];
}

function idleRow(idle: readonly IdleShare[]): Row {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return {
    figure: 'idle, each of our processes, of one core',
    measured: idle.map(({ name, share }) => `${name} ${percent(share)}`).join(', '),
    goal: '< 1 %',
    met: idle.length > 0 && idle.every(({ share }) => share < GOALS.idleShare),
  };
}

function largest(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
