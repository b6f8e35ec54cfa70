import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BrokerId,
  describeWithEngine,
  type RunningKafkaCluster,
  startKafkaCluster,
} from '@orderpulse/local-engines';
import { LogUnavailableError } from '../errors';
import type { EventLog, ExclusiveProducer, NewRecord } from '../port';
import { eventually, readAll, topicSpec, uniqueName } from '../testing';
import { KafkaEventLog } from './kafka-event-log';
import { QUICK_FAILOVER } from './testing/quick-failover';

const PARTITIONS = 4;
const RECORDS = 400;
const APPENDS_BETWEEN = 20;
const PATIENCE_MS = 60_000;
const BROKERS: readonly BrokerId[] = [1, 2, 3];

/** Appends call after call until it is stopped. */
class Owner {
  /** Calls that resolved, and calls that rejected. */
  readonly resolved: number[] = [];
  readonly rejected: number[] = [];
  readonly rejections: unknown[] = [];
  private running = true;
  private readonly loop: Promise<void>;

  constructor(
    private readonly producer: ExclusiveProducer,
    private readonly topic: string,
  ) {
    this.loop = this.run();
  }

  /** Resolves when no call is open any more. */
  async stop(): Promise<void> {
    this.running = false;
    await this.loop;
  }

  private async run(): Promise<void> {
    for (let call = 0; this.running; call += 1) {
      if (await this.append(recordsOf(call))) this.resolved.push(call);
      else this.rejected.push(call);
    }
    while (!(await this.append([])));
  }

  private async append(records: readonly NewRecord[]): Promise<boolean> {
    try {
      await this.producer.append(this.topic, records);
      return true;
    } catch (error) {
      this.rejections.push(error);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return false;
    }
  }
}

/** Records that say in their key to which call they belong. */
function recordsOf(call: number): NewRecord[] {
  const timestampMs = Date.now();
  const value = Buffer.alloc(500, 'x');
  return Array.from({ length: RECORDS }, (_, index) => ({
    partition: index % PARTITIONS,
    key: String(call),
    value,
    timestampMs,
  }));
}

describeWithEngine(['kafka'], 'exclusive producers on Kafka whose brokers are killed, one after another', () => {
  let dataDir: string;
  let cluster: RunningKafkaCluster;
  let log: EventLog;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-log-kafka-exclusive-cluster-'));
    cluster = await startKafkaCluster({ dataDir, settings: QUICK_FAILOVER });
    log = new KafkaEventLog({ brokers: cluster.brokers });
  }, 180_000);

  afterAll(async () => {
    await log?.close();
    await cluster?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 120_000);

  it('have each append in the log as a whole, once and in order, or not at all', async () => {
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: PARTITIONS, replicationFactor: 3 })]);
    const owner = new Owner(await log.exclusiveProducer(uniqueName('producer')), topic);
    const goesOn = async (when: string): Promise<void> => {
      const wanted = owner.resolved.length + APPENDS_BETWEEN;
      await eventually(`appends ${when}`, () => owner.resolved.length >= wanted, PATIENCE_MS);
    };
    await goesOn('before any loss');
    for (const broker of BROKERS) {
      await cluster.kill(broker);
      await goesOn(`without broker ${broker}`);
      await cluster.restart(broker);
      await goesOn(`with broker ${broker} again`);
    }
    await owner.stop();

    expect(owner.rejections.filter((error) => !(error instanceof LogUnavailableError))).toEqual([]);
    const found: number[][] = [];
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      await eventually('all copies', async () => (await log.admin().readLast(topic, partition)) !== null, PATIENCE_MS);
      const calls = (await readAll(log.admin(), topic, partition)).map(({ key }) => Number(key));
      found.push(calls.filter((call, index) => call !== calls[index - 1]));
      expect(calls).toHaveLength(((found[partition]?.length ?? 0) * RECORDS) / PARTITIONS);
    }
    const [there = []] = found;
    for (const other of found) expect(other).toEqual(there);
    expect(there).toEqual([...new Set(there)].sort((a, b) => a - b));
    const missing = owner.resolved.filter((call) => !there.includes(call));
    expect(missing).toEqual([]);
    expect(there.filter((call) => !owner.resolved.includes(call) && !owner.rejected.includes(call))).toEqual([]);
  }, 400_000);
});
