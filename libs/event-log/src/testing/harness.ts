import { randomUUID } from 'node:crypto';
import type {
  BatchContext,
  ConsumerHandlers,
  ConsumerOptions,
  EventLog,
  EventLogAdmin,
  EventLogConsumer,
  EventLogProducer,
  LogRecord,
  NewRecord,
  RecordBatch,
  TopicSpec,
  WantedStart,
} from '../port';

/** One running engine under test. */
export interface ConformanceEngine {
  /** A log as one more process would have it. The suite closes what it opens. */
  open(): EventLog;
  /** Cuts every connection to the engine, if need be by a restart of it. */
  dropConnections(): Promise<void>;
  /** Sees to it that a compacted topic is compacted soon, but for what is appended from now on. */
  compact(topic: string): Promise<void>;
  /** Deletes a topic, as only the engine's own tools do; resolves when it is gone. */
  deleteTopic(topic: string): Promise<void>;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
const WAIT_MS = 30_000;

/** Fails when the condition does not come true in time. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  waitMs = WAIT_MS,
): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${waitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Handlers that note everything they are told. */
export class Recorder implements ConsumerHandlers {
  readonly batches: RecordBatch[] = [];
  readonly assigned: string[] = [];
  readonly revoked: string[] = [];
  /** Partitions held now, as `topic/partition`. */
  readonly held = new Set<string>();
  /** Batches being handled now per partition; more than one at a time is a broken promise. */
  private readonly busy = new Set<string>();
  /** Where the next batch of each partition held has to begin, or below. */
  private readonly next = new Map<string, number>();
  readonly violations: string[] = [];

  constructor(
    private readonly from: WantedStart = 'earliest',
    private readonly work: (batch: RecordBatch, context: BatchContext) => Promise<void> = async () => undefined,
  ) {}

  async onAssigned(topic: string, partition: number): Promise<WantedStart> {
    const key = `${topic}/${partition}`;
    if (this.held.has(key)) this.violations.push(`${key} assigned twice`);
    this.assigned.push(key);
    this.held.add(key);
    this.next.delete(key);
    return this.from;
  }

  async onRevoked(topic: string, partition: number): Promise<void> {
    const key = `${topic}/${partition}`;
    if (this.busy.has(key)) this.violations.push(`${key} revoked during a batch`);
    this.revoked.push(key);
    this.held.delete(key);
  }

  async onBatch(batch: RecordBatch, context: BatchContext): Promise<void> {
    const key = `${batch.topic}/${batch.partition}`;
    if (!this.held.has(key)) this.violations.push(`${key} handed over while not held`);
    if (this.busy.has(key)) this.violations.push(`${key} handed over twice at a time`);
    const next = this.next.get(key);
    if (next !== undefined && batch.fromOffset > next)
      this.violations.push(`${key} handed over from ${batch.fromOffset} on, not ${next}`);
    this.busy.add(key);
    try {
      await this.work(batch, context);
      this.next.set(key, batch.nextOffset);
      this.batches.push(batch);
    } finally {
      this.busy.delete(key);
    }
  }

  get records(): LogRecord[] {
    return this.batches.flatMap((batch) => batch.records);
  }

  /** Records of a partition in the order in which they were handed over. */
  of(partition: number): LogRecord[] {
    return this.records.filter((record) => record.partition === partition);
  }
}

/** What the tests of one suite work with; everything opened is closed by `close`. */
export class Workbench {
  private readonly opened: EventLog[] = [];

  constructor(readonly engine: ConformanceEngine) {}

  open(): EventLog {
    const log = this.engine.open();
    this.opened.push(log);
    return log;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((log) => log.close()));
  }

  /** A topic of its own for one test. */
  async topic(log: EventLog, spec: Partial<TopicSpec> = {}): Promise<string> {
    const name = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(name, spec)]);
    return name;
  }

  async consume(
    log: EventLog,
    topic: string,
    handlers: ConsumerHandlers,
    options: Partial<ConsumerOptions> = {},
  ): Promise<EventLogConsumer> {
    const consumer = log.consumer({
      groupId: uniqueName('group'),
      topics: [topic],
      sessionTimeoutMs: 6_000,
      ...options,
    });
    await consumer.start(handlers);
    return consumer;
  }
}

export function uniqueName(what: string): string {
  return `${what}-${randomUUID().slice(0, 8)}`;
}

export function topicSpec(name: string, spec: Partial<TopicSpec> = {}): TopicSpec {
  return { name, partitions: 4, replicationFactor: 1, retentionMs: DAY_MS, maxRecordBytes: 64 * 1024, ...spec };
}

/** Records with the texts prefix-0, prefix-1, ... as values. */
export function numbered(partition: number, count: number, prefix = 'value'): NewRecord[] {
  const timestampMs = Date.now();
  return Array.from({ length: count }, (_, index) => ({
    partition,
    key: `key-${index}`,
    value: Buffer.from(`${prefix}-${index}`),
    timestampMs: timestampMs + index,
  }));
}

/** Every record of a partition from an offset on, read a few at a time; fails when reading does not get on. */
export async function readAll(
  admin: EventLogAdmin,
  topic: string,
  partition: number,
  { from = 0, limit = 1_000 } = {},
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (let offset = from; ;) {
    const batch = await admin.read(topic, partition, offset, limit);
    records.push(...batch.records);
    if (batch.nextOffset >= batch.endOffset) return records;
    if (batch.nextOffset <= offset)
      throw new Error(`Reading ${topic}/${partition} stays at ${offset} of ${batch.endOffset}`);
    offset = batch.nextOffset;
  }
}

export function text(bytes: Uint8Array | null | undefined): string | null {
  return bytes ? Buffer.from(bytes).toString('utf8') : null;
}

/** Appends single records one after the other until stopped; returns how many were appended. */
export function keepAppending(
  producer: EventLogProducer,
  topic: string,
  partitions: number,
): { stop(): Promise<number> } {
  let running = true;
  let count = 0;
  const loop = (async () => {
    while (running) {
      await producer.append(topic, [
        { partition: count % partitions, key: null, value: Buffer.from(String(count)), timestampMs: Date.now() },
      ]);
      count += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  return {
    stop: async () => {
      running = false;
      await loop;
      return count;
    },
  };
}
