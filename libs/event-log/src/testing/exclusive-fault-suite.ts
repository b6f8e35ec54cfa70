import { setTimeout as delay } from 'node:timers/promises';
import { FencedError, LogUnavailableError } from '../errors';
import type { EventLog, ExclusiveProducer, NewRecord } from '../port';
import type { FaultyLink } from './faulty-link';
import { eventually, readAll, topicSpec, uniqueName } from './harness';

/** An engine that can be reached without a detour and over a link that fails. */
export interface LinkedEngine {
  link: FaultyLink;
  /** A log of another process, which is well. */
  near: EventLog;
  /** A log of a process that is reached over the link alone; a hasty one gives up soon. The suite closes it. */
  openFar(isHasty?: boolean): EventLog;
}

const PARTITIONS = 2;
/** Of one append: more than one batch for each partition. */
const RECORDS = 3_000;
const VALUE = Buffer.alloc(1_000, 'x');
/** After so long the link fails in the middle of an append; which step that meets depends on the machine. */
const INTERRUPTED_AFTER_MS = [0, 1, 2, 4, 7, 11, 16, 22, 30, 45, 70, 110];
/** A successor must not have to wait for a process that is frozen. */
const OPENED_WITHIN_MS = 8_000;

/** Records that say in their key to which append they belong. */
function recordsOf(append: string): NewRecord[] {
  const timestampMs = Date.now();
  return Array.from({ length: RECORDS }, (_, index) => ({
    partition: index % PARTITIONS,
    key: append,
    value: VALUE,
    timestampMs,
  }));
}

/** What becomes of an exclusive producer whose process freezes or dies, or whose connections break, at any moment of an append. */
export function exclusiveFaultSuite(engine: () => LinkedEngine): void {
  describe('an owner that is cut off', () => {
    let topic: string;
    let name: string;
    let far: EventLog;
    let owner: ExclusiveProducer;

    beforeEach(async () => {
      topic = uniqueName('topic');
      name = uniqueName('producer');
      await engine()
        .near.admin()
        .ensureTopics([topicSpec(topic, { partitions: PARTITIONS })]);
      far = engine().openFar();
      owner = await far.exclusiveProducer(name);
    });
    afterEach(async () => {
      engine().link.heal();
      await far.close();
    }, 60_000);

    /** The appends on the topic in the order of their first records. @throws when one of them is there in part, or twice */
    const appends = async (): Promise<string[]> => {
      const found: string[][] = [];
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const keys = (await readAll(engine().near.admin(), topic, partition, { limit: 10_000 })).map(
          ({ key }) => key ?? '',
        );
        const order = keys.filter((key, index) => key !== keys[index - 1]);
        expect(order).toEqual([...new Set(order)]);
        expect(keys).toHaveLength((order.length * RECORDS) / PARTITIONS);
        found.push(order);
      }
      expect(found[1]).toEqual(found[0]);
      return found[0] ?? [];
    };

    /** Waits until an append, which is the last one, is seen on all partitions. */
    const seen = async (append: string): Promise<void> => {
      await eventually(`append ${append}`, async () => {
        const { near } = engine();
        const last = await Promise.all([0, 1].map((partition) => near.admin().readLast(topic, partition)));
        return last.every((record) => record?.key === append);
      });
    };

    it.each(INTERRUPTED_AFTER_MS)(
      'appends nothing when it is frozen %i ms after it began and wakes when another has taken over',
      async (frozenAfterMs) => {
        await owner.append(topic, recordsOf('before'));
        const appending = owner.append(topic, recordsOf('interrupted')).catch((error: unknown) => error);
        await delay(frozenAfterMs);
        engine().link.swallow();

        const beganMs = performance.now();
        const successor = await engine().near.exclusiveProducer(name);
        expect(performance.now() - beganMs).toBeLessThan(OPENED_WITHIN_MS);
        const inherited = await appends();
        expect([['before'], ['before', 'interrupted']]).toContainEqual(inherited);
        await successor.append(topic, recordsOf('successor'));
        engine().link.heal();

        const outcome: unknown = await appending;
        // It may have come to its end just before the link failed.
        if (outcome !== undefined) expect(outcome).toBeInstanceOf(FencedError);
        else expect(inherited).toContain('interrupted');
        await expect(owner.append(topic, recordsOf('awake'))).rejects.toThrow(FencedError);
        await successor.append(topic, recordsOf('after'));
        await seen('after');
        expect(await appends()).toEqual([...inherited, 'successor', 'after']);
        await successor.close();
      },
      60_000,
    );

    it.each(INTERRUPTED_AFTER_MS)(
      'leaves all or nothing of an append when it dies %i ms after it began',
      async (deadAfterMs) => {
        const appending = owner.append(topic, recordsOf('interrupted')).catch((error: unknown) => error);
        await delay(deadAfterMs);
        // Its connections go, and it makes no new ones.
        engine().link.swallow();
        engine().link.reset();
        const successor = await engine().near.exclusiveProducer(name);
        const inherited = await appends();
        expect([[], ['interrupted']]).toContainEqual(inherited);
        engine().link.heal();
        const outcome: unknown = await appending;
        if (outcome === undefined) expect(inherited).toEqual(['interrupted']);
        else expect([FencedError, LogUnavailableError]).toContain(Object(outcome).constructor);
        await successor.append(topic, recordsOf('successor'));
        await seen('successor');
        expect(await appends()).toEqual([...inherited, 'successor']);
        await successor.close();
      },
      60_000,
    );

    it('goes on after outages, and knows then what became of an append that it had given up', async () => {
      await far.close();
      far = engine().openFar(true);
      owner = await far.exclusiveProducer(name);
      const there: string[] = [];
      const failures: unknown[] = [];
      for (let round = 0; round < 2 * INTERRUPTED_AFTER_MS.length; round += 1) {
        const append = String(round);
        const appending = owner.append(topic, recordsOf(append)).then(
          () => true,
          (error: unknown) => {
            failures.push(error);
            return false;
          },
        );
        await delay(INTERRUPTED_AFTER_MS[round % INTERRUPTED_AFTER_MS.length]);
        let isDone: boolean | null = null;
        for (void appending.then((done) => (isDone = done)); isDone === null; await delay(20)) engine().link.reset();
        await eventually('a settled append', async () => {
          try {
            await owner.append(topic, []);
            return true;
          } catch (error) {
            failures.push(error);
            return false;
          }
        });
        const last = await engine().near.admin().readLast(topic, 0);
        if (isDone) expect(last?.key).toBe(append);
        if (last?.key === append) there.push(append);
      }
      expect(failures.length).toBeGreaterThan(0);
      expect(failures.filter((error) => !(error instanceof LogUnavailableError))).toEqual([]);
      await owner.append(topic, recordsOf('last'));
      await seen('last');
      expect(await appends()).toEqual([...there, 'last']);
    }, 180_000);
  });
}
