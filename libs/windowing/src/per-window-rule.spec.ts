import type { GroupBy, WindowSpec } from '@orderpulse/contracts';
import fc from 'fast-check';
import { addFigures, equalFigures, zeroFigures } from './figures';
import { PartitionWindows } from './partition-windows';
import { StoreView } from './window-query';
import { DEFAULT_STORE, WindowStores, type WindowStoreDefinition } from './window-stores';
import { expectSameAccount, expectSameWindows } from './testing/compare-with-oracle';
import {
  cumulativeRules,
  hoppingRules,
  OraclePartition,
  type OracleRecord,
  type OracleRules,
} from './testing/per-window-oracle';
import { PARTITIONS, randomStreams, toFacts, type RandomStream } from './testing/random-streams';

const deduplication = { horizonMs: 900_000, bucketMs: 60_000 };
const DEFAULT_RULES = hoppingRules(60_000, 1_000, 300_000);
const { sizeMs, sliceMs, graceMs } = DEFAULT_STORE.windows;
const defaultStreams = randomStreams({ sizeMs, advanceMs: sliceMs, graceMs });

const rulesOf = (spec: WindowSpec, groupsOf?: OracleRules['groupsOf']): OracleRules => {
  if (spec.type === 'cumulative') return cumulativeRules(spec.stepMs, spec.graceMs, groupsOf);
  return hoppingRules(spec.sizeMs, spec.type === 'hopping' ? spec.advanceMs : spec.sizeMs, spec.graceMs, groupsOf);
};

const oracles = (rules: readonly OracleRules[], deduplicate: boolean) =>
  PARTITIONS.map(() => new OraclePartition(rules, deduplicate ? { horizon: 900_000, bucket: 60_000 } : null));

/** Reads a stream on both sides and compares every outcome, now and then every window, and in the end everything. */
function runBoth(
  stores: WindowStores,
  rules: readonly OracleRules[],
  { deduplicate, records }: RandomStream,
): Set<string> {
  const partitions = PARTITIONS.map(() => new PartitionWindows({ stores, deduplicate, deduplication }));
  const expected = oracles(rules, deduplicate);
  const outcomes = new Set<string>();
  const compare = () =>
    partitions.forEach((partition, id) =>
      stores.all.forEach((definition, index) => {
        const oracle = expected[id]?.stores[index];
        if (oracle) expectSameWindows(definition, partition, oracle);
      }),
    );
  records.forEach((record, index) => {
    const outcome = expected[record.partition]?.read(record) ?? '';
    outcomes.add(outcome);
    const actual = partitions[record.partition]?.read(toFacts(record));
    if (actual !== outcome) throw new Error(`record ${index} is ${actual}, not ${outcome}`);
    if (index % 24 === 23) compare();
  });
  compare();
  partitions.forEach((partition, id) => {
    const oracle = expected[id];
    if (oracle) expectSameAccount(partition, oracle);
  });
  return outcomes;
}

const further = (window: WindowSpec, groupBy: GroupBy = 'none') =>
  new WindowStores([{ name: 'Further', window, groupBy }]);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const by = (key: 'state' | 'paymentMethod' | 'loyaltyTier') => (record: OracleRecord) => [record[key] || '(none)'];
const byCategory = ({ categories }: OracleRecord) =>
  categories.length === 0 ? ['(none)'] : categories.map((category) => category || '(none)');

describe('the windows of a partition', () => {
  it('equal a naive per-window oracle on 10,000 random streams: every outcome, total and visible window', () => {
    const outcomes = new Set<string>();
    const stores = new WindowStores();
    const property = fc.property(defaultStreams, (stream) => {
      for (const outcome of runBoth(stores, [DEFAULT_RULES], stream)) outcomes.add(outcome);
    });
    fc.assert(property, { numRuns: 10_000 });
    expect([...outcomes].sort()).toEqual(['counted', 'duplicate', 'late']);
  }, 300_000);

  it.each<[string, WindowSpec[]]>([
    [
      'hopping',
      [
        { type: 'hopping', sizeMs: 10_000, advanceMs: 5_000, graceMs: 0 },
        { type: 'hopping', sizeMs: 5 * MINUTE, advanceMs: 30_000, graceMs: MINUTE },
        { type: 'hopping', sizeMs: 7, advanceMs: 1, graceMs: 3 },
        { type: 'hopping', sizeMs: HOUR, advanceMs: 10 * MINUTE, graceMs: 2 * HOUR },
      ],
    ],
    [
      'tumbling',
      [
        { type: 'tumbling', sizeMs: MINUTE, graceMs: 0 },
        { type: 'tumbling', sizeMs: HOUR, graceMs: HOUR },
        { type: 'tumbling', sizeMs: 1, graceMs: 0 },
        { type: 'tumbling', sizeMs: 15_000, graceMs: 150_000 },
      ],
    ],
    [
      'cumulative',
      [
        { type: 'cumulative', stepMs: HOUR, graceMs: 0 },
        { type: 'cumulative', stepMs: 15 * MINUTE, graceMs: 2 * HOUR },
        { type: 'cumulative', stepMs: 6 * HOUR, graceMs: 30 * HOUR },
        { type: 'cumulative', stepMs: 24 * HOUR, graceMs: 24 * HOUR },
      ],
    ],
  ])(
    'equal the oracle for %s windows of other lengths beside the default ones, on 1,000 streams for each',
    (_type, specs) => {
      for (const spec of specs) {
        const stores = further(spec);
        const [, definition] = stores.all as [WindowStoreDefinition, WindowStoreDefinition];
        const { sizeMs, sliceMs: advanceMs, graceMs } = definition.windows;
        const rules = [DEFAULT_RULES, rulesOf(spec)];
        const streams = randomStreams({ sizeMs, advanceMs, graceMs });
        fc.assert(
          fc.property(streams, (stream) => void runBoth(stores, rules, stream)),
          { numRuns: 1_000 },
        );
      }
    },
    300_000,
  );

  it.each<[GroupBy, OracleRules['groupsOf']]>([
    ['state', by('state')],
    ['paymentMethod', by('paymentMethod')],
    ['loyaltyTier', by('loyaltyTier')],
    ['category', byCategory],
  ])(
    'equal the oracle grouped by %s: every group, on 1,000 streams, hopping and cumulative',
    (groupBy, groupsOf) => {
      const specs: WindowSpec[] = [
        { type: 'hopping', sizeMs: 20_000, advanceMs: 5_000, graceMs: 10_000 },
        { type: 'cumulative', stepMs: 2 * HOUR, graceMs: 2 * HOUR },
      ];
      for (const spec of specs) {
        const stores = further(spec, groupBy);
        const { sizeMs, sliceMs: advanceMs, graceMs } = stores.all[1]?.windows ?? DEFAULT_STORE.windows;
        const rules = [DEFAULT_RULES, rulesOf(spec, groupsOf)];
        const streams = randomStreams({ sizeMs, advanceMs, graceMs });
        fc.assert(
          fc.property(streams, (stream) => void runBoth(stores, rules, stream)),
          { numRuns: 500 },
        );
      }
    },
    300_000,
  );

  it("merge over partitions as the sum of each partition's own windows, wherever every partition still shows them", () => {
    const stores = new WindowStores();
    const [definition] = stores.all as [WindowStoreDefinition];
    const property = fc.property(defaultStreams, ({ deduplicate, records }) => {
      const partitions = PARTITIONS.map(() => new PartitionWindows({ stores, deduplicate, deduplication }));
      const expected = oracles([DEFAULT_RULES], deduplicate);
      for (const record of records) {
        expected[record.partition]?.read(record);
        partitions[record.partition]?.read(toFacts(record));
      }
      const own = expected.flatMap(({ stores: [store], streamTime }) => store?.visible(streamTime).get('') ?? []);
      for (const { startMs, figures } of new StoreView(definition, partitions).list(0, Number.MAX_SAFE_INTEGER)) {
        const sum = zeroFigures();
        for (const window of own) if (window.start === startMs) addFigures(sum, window);
        if (!equalFigures(figures, sum)) throw new Error(`window ${startMs}`);
      }
    });
    fc.assert(property, { numRuns: 1_000 });
  }, 60_000);
});
