import fc from 'fast-check';
import { ExclusiveAppends } from '../core/exclusive-appends';
import { FencedError, LogUnavailableError } from '../errors';
import type { ExclusiveProducer, NewRecord } from '../port';
import { PretendCoordinator, type RequestFate } from '../testing/pretend-coordinator';
import { KafkaExclusiveWriter } from './kafka-exclusive-writer';

const CALLS = 5;
/** Two batches of one record fit into no fewer rounds. */
const MAX_MESSAGE_BYTES = 200;
/** A hasty one tries every request once. */
const HASTY_MS = 0;
const PATIENT_MS = 15;
/** For an owner that nothing happens to: a busy machine must not look like a log that is away. */
const UNHURRIED_MS = 10_000;

const neverLate = fc.constantFrom<RequestFate>('lost', 'unanswered');
const fatesOf = (bad: fc.Arbitrary<RequestFate>): fc.Arbitrary<RequestFate[]> =>
  fc.array(fc.oneof(fc.constant<RequestFate>('answered'), bad), { maxLength: 40 });
const patience = fc.constantFrom(HASTY_MS, PATIENT_MS);

/** An owner whose requests fare as `fates` has it, one after another, and well when there are no more. */
function open(broker: PretendCoordinator, patienceMs: number, fates: RequestFate[] = []): Promise<ExclusiveProducer> {
  const options = {
    connect: () => broker.connect(() => fates.shift() ?? 'answered'),
    topicLimits: async (name: string) => ({
      name,
      partitions: 2,
      maxRecordBytes: 10_000,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      compacted: false,
    }),
    transactionalId: 'owner',
    patienceMs,
    pauseMs: 0,
  };
  return untilAnswered(async () => new ExclusiveAppends(await KafkaExclusiveWriter.open(options), () => undefined));
}

/** Tries again while the log is unavailable. */
async function untilAnswered<T>(task: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
    }
  }
}

const valuesOf = (call: number): string[] => ['a', 'b', 'c', 'd'].map((part) => `${call}${part}`);

function recordsOf(call: number): NewRecord[] {
  return valuesOf(call).map((value, index) => ({
    partition: index % 2,
    key: 'k'.repeat(50),
    value: Buffer.from(value),
    timestampMs: 0,
  }));
}

/** What an append rejects with; null when it does not. */
function rejectionOf(append: Promise<void>): Promise<unknown> {
  return append.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('KafkaExclusiveWriter', () => {
  it('appends all of a call or nothing, and knows which after the next one, whatever becomes of its requests', async () => {
    const met = { fenced: 0, unknown: 0 };
    const run = async (fates: RequestFate[], patienceMs: number): Promise<void> => {
      const broker = new PretendCoordinator();
      const expected: string[] = [];
      let owner = await open(broker, patienceMs, fates);
      for (let call = 0; call < CALLS; call += 1) {
        const rejection = await rejectionOf(owner.append('orders', recordsOf(call)));
        let end = rejection;
        if (rejection instanceof LogUnavailableError) {
          met.unknown += 1;
          end = await rejectionOf(untilAnswered(() => owner.append('orders', [])));
        }
        const isThere = broker.committed.length > expected.length;
        if (rejection === null) expect(isThere).toBe(true);
        if (isThere) expected.push(...valuesOf(call));
        expect(broker.committed).toEqual(expected);
        if (end === null) continue;
        // A request to open that comes late opens once more.
        expect(end).toBeInstanceOf(FencedError);
        met.fenced += 1;
        owner = await open(broker, patienceMs, fates);
      }
      broker.deliverAll();
      expect(broker.committed).toEqual(expected);
    };
    const late = fc.integer({ min: 1, max: 12 });
    await fc.assert(fc.asyncProperty(fatesOf(fc.oneof(neverLate, late)), patience, run), { numRuns: 500 });
    expect(met.unknown).toBeGreaterThan(0);
    expect(met.fenced).toBeGreaterThan(0);
  }, 120_000);

  it('is never fenced while it is alone and its requests arrive in their order', async () => {
    const run = async (fates: RequestFate[], patienceMs: number): Promise<void> => {
      const owner = await open(new PretendCoordinator(), patienceMs, fates);
      for (let call = 0; call < CALLS; call += 1) await untilAnswered(() => owner.append('orders', recordsOf(call)));
    };
    await fc.assert(fc.asyncProperty(fatesOf(neverLate), patience, run), { numRuns: 300 });
  }, 120_000);

  it('is fenced by a successor, of which it aborts nothing', async () => {
    const run = async (fates: RequestFate[], patienceMs: number): Promise<void> => {
      const broker = new PretendCoordinator();
      const older = await open(broker, patienceMs, fates);
      await rejectionOf(older.append('orders', recordsOf(0)));
      const newer = await open(broker, UNHURRIED_MS);
      const inherited = [...broker.committed];
      const [, rejection] = await Promise.all([
        newer.append('orders', recordsOf(1)),
        rejectionOf(untilAnswered(() => older.append('orders', recordsOf(2)))),
      ]);
      expect(rejection).toBeInstanceOf(FencedError);
      await newer.append('orders', recordsOf(3));
      expect(broker.committed).toEqual([...inherited, ...valuesOf(1), ...valuesOf(3)]);
    };
    await fc.assert(fc.asyncProperty(fatesOf(neverLate), patience, run), { numRuns: 300 });
  }, 120_000);
});
