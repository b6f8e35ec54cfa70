import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { createEventLog, type EventLog } from '@orderpulse/event-log';
import { type RunningKafka, startKafka } from '@orderpulse/local-engines';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Aggregator, type AggregatorOptions } from '../../harness/aggregator';
import type { Mix } from './mixed-orders';
import { OrderFeed } from './order-feed';
import { TopicAccount } from './topic-account';
import { Topics } from './topics';
import { inSeconds } from './verdict';

/** How much of a fault is tried. */
export interface FaultOptions {
  /** Enough to see it hold, in seconds; else all that the fault table asks for. */
  short: boolean;
}

/** What each fault is tried with: a real Kafka, the product's topics, and aggregators as real processes. */
export class FaultRig {
  private stage = 0;
  private readonly beganMs = performance.now();
  private aggregators: Aggregator[] = [];
  private feeds: OrderFeed[] = [];
  private cleanUps: (() => Promise<void>)[] = [];

  private constructor(
    private readonly root: string,
    private readonly kafka: RunningKafka,
    readonly log: EventLog,
    readonly topics: Topics,
    readonly signal: AbortSignal,
    private readonly print: (line: string) => void,
  ) {}

  /** Starts Kafka. @param print gets a line for each step */
  static async start(signal: AbortSignal, print: (line: string) => void): Promise<FaultRig> {
    const root = await mkdtemp(join(tmpdir(), 'orderpulse-faults-'));
    try {
      const kafka = await startKafka({ dataDir: join(root, 'kafka'), port: 0, signal });
      const log = createEventLog({ kind: 'kafka', brokers: [kafka.brokers] });
      return new FaultRig(root, kafka, log, new Topics(kafka.brokers), signal, print);
    } catch (error) {
      await rm(root, { recursive: true, force: true });
      throw error;
    }
  }

  /** A folder that is removed when the next fault begins. */
  get folder(): string {
    return join(this.root, `stage-${this.stage}`);
  }

  /** The consumer group of the aggregators. */
  get groupId(): string {
    return `faults-${this.stage}`;
  }

  /** Says what has been done or measured, and when, counted from the start of Kafka. */
  say(line: string): void {
    this.print(`${inSeconds(performance.now() - this.beganMs).padStart(9)}  ${line}`);
  }

  /** Lets time go by. @throws when the run is stopped */
  async wait(ms: number): Promise<void> {
    await delay(Math.max(0, ms), undefined, { signal: this.signal });
  }

  /** Begins with empty topics, no process, no data and a new group. @param retentionMs of all topics, if not as declared */
  async reset(retentionMs: number | null = null): Promise<void> {
    await this.clear();
    this.stage++;
    this.topics.retentionMs = retentionMs;
    await this.topics.makeAgain();
  }

  /** An aggregator that does not run yet. All of them are members of one group, each with data of its own. */
  async aggregator(name: string, options: Partial<AggregatorOptions> = {}): Promise<Aggregator> {
    const folder = join(this.folder, name);
    const { groupId, signal } = this;
    const aggregator = await Aggregator.create({ name, folder, brokers: this.kafka.brokers, groupId, signal, ...options });
    this.aggregators.push(aggregator);
    return aggregator;
  }

  /** @param planned about how many records it will write */
  feed(mix: Mix, planned: number, beginMs?: number): OrderFeed {
    // Orders of its own for each: two feeds never write the same event.
    const seed = this.feeds.length + 1;
    const feed = new OrderFeed(this.log, { mix, seed, planned, ...(beginMs === undefined ? {} : { beginMs }) }, this.signal);
    this.feeds.push(feed);
    return feed;
  }

  /** What the orders topic says, to be compared with. */
  account(): TopicAccount {
    return new TopicAccount(this.log.admin(), ORDERS_TOPIC);
  }

  /** Has something done when the fault has ended, however it does. */
  atEnd(cleanUp: () => Promise<void>): void {
    this.cleanUps.unshift(cleanUp);
  }

  /** The last lines of each process, for whoever looks why something failed. */
  lastLines(): string[] {
    return this.aggregators.flatMap(({ name, lastLines }) => lastLines.map((line) => `${name}: ${line}`));
  }

  /** Ends all processes and removes what the fault has left. */
  async clear(): Promise<void> {
    await Promise.all(this.aggregators.map((aggregator) => aggregator.end()));
    await Promise.all(this.feeds.map((feed) => feed.close()));
    for (const cleanUp of this.cleanUps) await cleanUp();
    this.aggregators = [];
    this.feeds = [];
    this.cleanUps = [];
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    try {
      await this.clear();
      await this.log.close();
    } finally {
      await this.kafka.stop();
      await rm(this.root, { recursive: true, force: true });
    }
  }
}
