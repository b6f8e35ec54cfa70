import type { ExclusiveWriter } from '../core/exclusive-appends';
import { Lifeline } from '../core/lifeline';
import { checkRecords } from '../core/records';
import { FencedError, LogUnavailableError } from '../errors';
import type { NewRecord } from '../port';
import type { KafkaTopicLimits } from './kafka-admin';
import { toRounds } from './kafka-batches';
import type { KafkaCluster } from './kafka-cluster';
import { toTransactionError } from './kafka-errors';
import { KafkaSender } from './kafka-sender';
import { KafkaTransactions } from './kafka-transactions';

/** A transaction may be open for so much longer than an append is tried. */
const TIMEOUT_MARGIN_MS = 5_000;
/** How long an append that has failed tries to take back what it had begun before it rejects. */
const TAKE_BACK_MS = 1_000;

/** How the last transaction has to end, as long as it is not known that it has. */
type OpenEnd = 'commit' | 'abort';

export interface KafkaExclusiveWriterOptions {
  /** Opens a connection that knows every topic. */
  connect: () => Promise<KafkaCluster>;
  /** @throws UnknownTopicError */
  topicLimits: (topic: string) => Promise<KafkaTopicLimits>;
  /** What its transactions are known by. */
  transactionalId: string;
  /** How long an append is tried, and opening. */
  patienceMs: number;
  /** Before a step is tried again. Default: what each kind of step takes. */
  pauseMs?: number;
}

/** Appends with transactions: each call is one. */
export class KafkaExclusiveWriter implements ExclusiveWriter {
  private readonly sender: KafkaSender;
  private readonly transactions: KafkaTransactions;
  private openEnd: OpenEnd | null = null;

  private constructor(private readonly options: KafkaExclusiveWriterOptions) {
    const { connect, transactionalId, patienceMs, pauseMs } = options;
    const connection = new Lifeline(connect, (cluster) => cluster.disconnect());
    const shared = { connection, patienceMs, ...(pauseMs === undefined ? {} : { pauseMs }) };
    this.transactions = new KafkaTransactions({
      ...shared,
      transactionalId,
      timeoutMs: patienceMs + TIMEOUT_MARGIN_MS,
    });
    this.sender = new KafkaSender({ ...shared, identify: () => this.transactions.identify() });
  }

  /** Fences all older ones of the id and waits until what they had begun is decided. @throws LogUnavailableError */
  static async open(options: KafkaExclusiveWriterOptions): Promise<KafkaExclusiveWriter> {
    const writer = new KafkaExclusiveWriter(options);
    try {
      await writer.sender.begin();
      return writer;
    } catch (error) {
      await writer.release();
      throw error;
    }
  }

  async settle(): Promise<void> {
    await this.endOpen(this.deadline());
  }

  async write(topic: string, records: readonly NewRecord[]): Promise<void> {
    const limits = await this.options.topicLimits(topic);
    checkRecords(limits, records);
    const rounds = toRounds(records, limits.maxMessageBytes);
    if (this.transactions.needsNewEpoch) await this.sender.reset();
    await this.sender.begin();
    // One for all steps: the coordinator's time for the transaction is not much longer.
    const deadlineMs = this.deadline();
    this.openEnd = 'abort';
    try {
      await this.transactions.begin(topic, [...new Set(records.map(({ partition }) => partition))], deadlineMs);
      for (const batches of rounds) await this.sender.send(topic, batches, deadlineMs);
      this.openEnd = 'commit';
      if (!(await this.endOpen(deadlineMs))) throw new LogUnavailableError('Kafka has given the transaction up');
    } catch (error) {
      throw await this.takeBack(error);
    }
  }

  async release(): Promise<void> {
    await this.endOpen(performance.now() + TAKE_BACK_MS).catch(() => undefined);
    await this.sender.reset();
  }

  private deadline(): number {
    return performance.now() + this.options.patienceMs;
  }

  /** Ends the last transaction as it has to end, if it may be open; false when it has ended without a commit. */
  private async endOpen(deadlineMs: number): Promise<boolean> {
    if (this.openEnd === null) return true;
    const isCommit = this.openEnd === 'commit';
    const isCommitted = (await this.transactions.end(isCommit, deadlineMs)) && isCommit;
    this.openEnd = null;
    // Which of the numbers of what was given up the brokers have seen is not known.
    if (!isCommitted) await this.sender.reset();
    return isCommitted;
  }

  /** What an append that failed rejects with. Until the transaction is aborted readers see nothing of what comes after it. */
  private async takeBack(error: unknown): Promise<unknown> {
    if (this.openEnd === 'abort') {
      try {
        await this.endOpen(performance.now() + TAKE_BACK_MS);
      } catch (failure) {
        if (failure instanceof FencedError) return failure;
        // Else the next call, or the coordinator when the time is up.
      }
    }
    return toTransactionError(error);
  }
}
