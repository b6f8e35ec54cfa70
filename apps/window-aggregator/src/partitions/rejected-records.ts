import { DEAD_LETTER_TOPIC, LATE_TOPIC, REJECTED_HEADERS } from '@orderpulse/contracts';
import {
  copyRecord,
  RecordTooLargeError,
  type EventLogAdmin,
  type EventLogProducer,
  type LogRecord,
  type NewRecord,
} from '@orderpulse/event-log';

/** Why a record is rejected; the code is stable. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}

type RejectedTopic = typeof DEAD_LETTER_TOPIC | typeof LATE_TOPIC;

interface PendingRecord {
  readonly topic: RejectedTopic;
  readonly source: LogRecord;
  readonly rejection: Rejection;
}

/** Records read at a time from the end of a topic of rejected records. */
const TAIL_CHUNK = 50;
/** What is kept of a value that does not fit into the topic together with the headers that are added. */
const CUT_VALUE_BYTES = 256 * 1024;
const CUT_HEADER = 'source-value-bytes';
const TOPICS: readonly RejectedTopic[] = [DEAD_LETTER_TOPIC, LATE_TOPIC];

/**
 * The late and dead records of one source partition on their way to their topics. They are acknowledged before the
 * checkpoint that moves the offset past them; what a crash leaves between the two is on the topic already when the record
 * is read again, so the tails of the topics are read at every assignment and nothing is sent twice.
 */
export class RejectedRecords {
  private pending: PendingRecord[] = [];
  /** Source offsets of sent records that may be read again. */
  private readonly sent = new Map<RejectedTopic, Set<number>>(TOPICS.map((topic) => [topic, new Set<number>()]));

  /** @param source the partition, and the identity of its topic */
  constructor(
    private readonly source: { readonly partition: number; readonly topicId: string },
    private readonly producer: Pick<EventLogProducer, 'append'>,
    private readonly admin: EventLogAdmin,
    private readonly now: () => number,
  ) {}

  get pendingCount(): number {
    return this.pending.length;
  }

  /**
   * Learns what is on the topics already from source offset `fromOffset` (inclusive) on, and forgets pending records that are.
   * @throws EventLogError
   */
  async synchronise(fromOffset: number): Promise<void> {
    for (const topic of TOPICS) this.sent.set(topic, await this.readTail(topic, fromOffset));
    this.pending = this.pending.filter(({ topic, source }) => !this.wasSent(topic, source));
  }

  /**
   * True when this very record was dead-lettered before a crash. It stays one: a reason such as an event time in the
   * future may have gone by now, and it must not count as both.
   */
  wasDeadLettered(record: LogRecord): boolean {
    return this.wasSent(DEAD_LETTER_TOPIC, record);
  }

  deadLetter(source: LogRecord, rejection: Rejection): void {
    this.add({ topic: DEAD_LETTER_TOPIC, source, rejection });
  }

  late(source: LogRecord, rejection: Rejection): void {
    this.add({ topic: LATE_TOPIC, source, rejection });
  }

  /**
   * Sends what is pending, dead letters first, and resolves when all is acknowledged. After a failure call `synchronise`
   * before the next try: a part may have been appended.
   * @throws EventLogError
   */
  async send(): Promise<void> {
    const sending = [...this.pending];
    for (const topic of TOPICS) {
      const ofTopic = sending.filter((record) => record.topic === topic);
      if (ofTopic.length > 0) await this.append(topic, ofTopic);
    }
    this.pending.splice(0, sending.length);
  }

  private add(record: PendingRecord): void {
    if (this.wasSent(record.topic, record.source)) return;
    this.pending.push({ ...record, source: copyRecord(record.source) });
  }

  private wasSent(topic: RejectedTopic, { offset }: LogRecord): boolean {
    return this.sent.get(topic)?.has(offset) ?? false;
  }

  private async append(topic: RejectedTopic, records: readonly PendingRecord[]): Promise<void> {
    try {
      await this.producer.append(
        topic,
        records.map((record) => this.toRecord(record)),
      );
    } catch (error) {
      if (!(error instanceof RecordTooLargeError)) throw error;
      for (const record of records) await this.appendWhatFits(topic, record);
    }
  }

  /** One record must not stop the stream: what cannot go whole goes cut, and says so. */
  private async appendWhatFits(topic: RejectedTopic, record: PendingRecord): Promise<void> {
    try {
      await this.producer.append(topic, [this.toRecord(record)]);
    } catch (error) {
      if (!(error instanceof RecordTooLargeError)) throw error;
      const { value, headers } = this.toRecord({ ...record, source: { ...record.source, headers: {} } });
      await this.producer.append(topic, [
        {
          partition: this.source.partition,
          key: record.source.key?.slice(0, 200) ?? null,
          value: value?.subarray(0, CUT_VALUE_BYTES) ?? null,
          headers: { ...headers, [CUT_HEADER]: String(value?.length ?? 0) },
          timestampMs: this.now(),
        },
      ]);
    }
  }

  private toRecord({ source, rejection }: PendingRecord): NewRecord {
    return {
      partition: this.source.partition,
      key: source.key,
      value: source.value,
      headers: {
        ...source.headers,
        [REJECTED_HEADERS.topic]: source.topic,
        [REJECTED_HEADERS.topicId]: this.source.topicId,
        [REJECTED_HEADERS.partition]: String(source.partition),
        [REJECTED_HEADERS.offset]: String(source.offset),
        [REJECTED_HEADERS.timestampMs]: String(source.timestampMs),
        [REJECTED_HEADERS.errorCode]: rejection.code,
        [REJECTED_HEADERS.errorMessage]: rejection.message,
      },
      // Retention goes by time stamps: the time of rejection keeps an old record as long as a new one.
      timestampMs: this.now(),
    };
  }

  /** Goes back to what is below the offset, or of another topic of the source's name, whose offsets are others. */
  private async readTail(topic: RejectedTopic, fromSourceOffset: number): Promise<Set<number>> {
    const found = new Set<number>();
    const { partition } = this.source;
    const bounds = (await this.admin.bounds(topic)).find((each) => each.partition === partition);
    if (!bounds) return found;
    for (let end = bounds.end; end > bounds.earliest;) {
      const start = Math.max(bounds.earliest, end - TAIL_CHUNK);
      const { records } = await this.admin.read(topic, partition, start, end - start);
      const offsets = records.map((record) => this.sourceOffsetOf(record));
      for (const offset of offsets) if (offset >= fromSourceOffset) found.add(offset);
      if (offsets.some((offset) => offset < fromSourceOffset)) break;
      end = start;
    }
    return found;
  }

  /** −1 for a record that is not of the source. */
  private sourceOffsetOf({ headers }: LogRecord): number {
    const header = (name: string) => Buffer.from(headers[name] ?? []).toString('utf8');
    if (header(REJECTED_HEADERS.topicId) !== this.source.topicId) return -1;
    const offset = header(REJECTED_HEADERS.offset);
    return /^\d+$/.test(offset) ? Number(offset) : -1;
  }
}
