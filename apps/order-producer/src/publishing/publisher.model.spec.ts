import { EVENT_HEADERS, ORDERS_TOPIC } from '@orderpulse/contracts';
import { type EventLogAdmin, type EventLogProducer, LogUnavailableError, type NewRecord } from '@orderpulse/event-log';
import { MemoryBroker, MemoryEventLog } from '@orderpulse/event-log/testing';
import fc from 'fast-check';
import { PretendFeed } from '../testing/pretend-feed';
import { Publisher } from './publisher';

/** The process is killed: nothing of it lives on. */
class Killed extends Error {}

interface World {
  partitions: number;
  orders: number;
  events: number;
  /** Drawn from in turn to decide what goes wrong, 0 to 99. */
  dice: number[];
  /** With retention the topic keeps only the newest record of each partition. */
  keepsNothing: boolean;
}

const world: fc.Arbitrary<World> = fc.record({
  partitions: fc.integer({ min: 1, max: 6 }),
  orders: fc.integer({ min: 1, max: 8 }),
  events: fc.integer({ min: 0, max: 60 }),
  dice: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 5, maxLength: 80 }),
  keepsNothing: fc.boolean(),
});

const signal = new AbortController().signal;

/** Everything that ever reached the topic, and what goes wrong on the way. */
class Chaos {
  readonly appended: { partition: number; key: string; sequence: number }[] = [];
  private rolls = 0;

  constructor(private readonly dice: readonly number[]) {}

  /** From the dice while they last; then nothing goes wrong any more. */
  roll(): number {
    const rolled = this.dice[this.rolls] ?? 99;
    this.rolls += 1;
    return rolled;
  }

  get isOver(): boolean {
    return this.rolls >= this.dice.length;
  }

  readonly around = async <T>(call: () => Promise<T>): Promise<T> => {
    const rolled = this.roll();
    if (rolled < 8) throw new Killed();
    if (rolled < 14) throw new LogUnavailableError('away for a moment');
    const result = await call();
    if (rolled < 20) throw new Killed();
    return result;
  };

  /** Appends all, or a prefix of each partition's records and then fails or dies. */
  async append(log: EventLogProducer, topic: string, records: readonly NewRecord[]): Promise<void> {
    const rolled = this.roll();
    const isCut = rolled < 45;
    const kept = new Map<number, number>();
    const taken = records.filter(({ partition }) => {
      if (!isCut) return true;
      const left =
        kept.get(partition) ?? this.roll() % (1 + records.filter((record) => record.partition === partition).length);
      kept.set(partition, left - 1);
      return left > 0;
    });
    await log.append(topic, taken);
    for (const { partition, key, headers } of taken)
      this.appended.push({ partition, key: key ?? '', sequence: Number(headers?.[EVENT_HEADERS.sequence]) });
    if (isCut || rolled < 60) throw rolled % 2 === 0 ? new Killed() : new LogUnavailableError('the answer is lost');
  }
}

async function play({ partitions, orders, events, dice, keepsNothing }: World): Promise<void> {
  const chaos = new Chaos(dice);
  const broker = new MemoryBroker(() => (keepsNothing ? Number.MAX_SAFE_INTEGER : 0));
  const log = new MemoryEventLog(broker);
  await log
    .admin()
    .ensureTopics([
      { name: ORDERS_TOPIC, partitions, replicationFactor: 1, retentionMs: 1_000, maxRecordBytes: 1_048_576 },
    ]);
  const feed = new PretendFeed(() => 1 + (chaos.roll() % 12));
  const admin = log.admin();
  const shakyAdmin: EventLogAdmin = Object.assign(Object.create(admin) as EventLogAdmin, {
    bounds: (topic: string) => chaos.around(() => admin.bounds(topic)),
    readLast: (topic: string, partition: number) => chaos.around(() => admin.readLast(topic, partition)),
  });
  const start = (): Publisher => {
    const producer = log.producer();
    const append = (topic: string, records: readonly NewRecord[]): Promise<void> =>
      chaos.append(producer, topic, records);
    const options = {
      topic: ORDERS_TOPIC,
      feed,
      admin: shakyAdmin,
      producer: { append, close: () => producer.close() },
    };
    return new Publisher(options);
  };
  const versions = new Map<string, number>();
  let publisher = start();
  while (feed.events.length < events || !chaos.isOver || publisher.cursor !== feed.events.length) {
    for (let more = chaos.roll() % 7; more > 0 && feed.events.length < events; more -= 1) {
      const orderId = `order-${chaos.roll() % orders}`;
      const version = (versions.get(orderId) ?? 0) + 1;
      versions.set(orderId, version);
      feed.add(orderId, version);
    }
    try {
      await publisher.step(signal);
    } catch (error) {
      if (error instanceof Killed) publisher = start();
      else if (!(error instanceof LogUnavailableError)) throw error;
    }
  }
  expect(chaos.appended.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
    feed.events.map(({ sequence }) => sequence),
  );
  for (const orderId of versions.keys()) {
    const own = chaos.appended.filter(({ key }) => key === orderId).map(({ sequence }) => sequence);
    expect(own).toEqual([...own].sort((a, b) => a - b));
  }
}

describe('the publisher, killed between any two steps', () => {
  it('brings each event to the topic exactly once and in order per order id', async () => {
    await fc.assert(fc.asyncProperty(world, play), { numRuns: 1_500 });
  }, 120_000);
});
