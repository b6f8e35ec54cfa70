import type { Lifeline } from '../core/lifeline';
import { delay } from '../core/signal';
import { LogUnavailableError } from '../errors';
import { sendInitProducerId } from './init-producer-id';
import type { KafkaBroker, KafkaCluster, ProducerIdentity } from './kafka-cluster';
import { isTransactionBusy, isWithoutTransaction, toLogError, toTransactionError } from './kafka-errors';

const FIRST_PAUSE_MS = 5;
/** Opening waits for the end of another's transaction, and the first of all for the topic of transactions to be made. */
const OPENING_MS = 15_000;
const MAX_PAUSE_MS = 200;
/** The kind of coordinator that is asked for. */
const OF_TRANSACTIONS = 1;

export interface KafkaTransactionsOptions {
  transactionalId: string;
  /** Dropped when a coordinator does not answer; who else uses it gets a new one. */
  connection: Lifeline<KafkaCluster>;
  /** How long a transaction may be open before its coordinator aborts it and fences its producer. */
  timeoutMs: number;
  /** How long it asks for a new epoch before it gives up; for the first at least 15 s. Other requests have deadlines of their own, of performance.now(). */
  patienceMs: number;
  /** Before the first repetition; doubles up to 200 ms. Default 5: a transaction is busy while its end is written, some ms. */
  pauseMs?: number;
}

/**
 * The transactions of one transactional id, as its coordinator knows them. A request that is not answered is sent again, to the
 * coordinator that there is then, as long as patience lasts and there is any broker. The client's own transactions do not, and cannot
 * go on after one that failed: for that a producer has to ask for a new epoch as the one it was (KIP-360).
 */
export class KafkaTransactions {
  private identity: ProducerIdentity | null = null;
  private known: { cluster: KafkaCluster; coordinator: KafkaBroker } | null = null;
  private unanswered = false;
  /** Whether it has asked for an epoch and got none yet. */
  private isAsking = false;

  constructor(private readonly options: KafkaTransactionsOptions) {}

  /** Whether a request may still be on its way, and could end or begin a transaction at the wrong time: not in another epoch. */
  get needsNewEpoch(): boolean {
    return this.unanswered;
  }

  /**
   * The first time fences every other producer of the id and waits until its transaction is decided. From then on gives a new epoch
   * to this one, unless another was opened since: nothing that was sent before is taken any more.
   * @throws FencedError, LogUnavailableError
   */
  async identify(): Promise<ProducerIdentity> {
    const { transactionalId, timeoutMs, patienceMs } = this.options;
    const isFirst = this.identity === null;
    const deadlineMs = performance.now() + (isFirst ? Math.max(patienceMs, OPENING_MS) : patienceMs);
    // Asking aborts the transaction of a newer one: whoever is fenced learns it here, harmlessly. An epoch that was asked for
    // before and not received looks just the same.
    if (!isFirst && !this.isAsking) await this.end(false, deadlineMs);
    this.isAsking = true;
    const request = { transactionalId, transactionTimeoutMs: timeoutMs, current: this.identity };
    const identity = await this.ask((coordinator) => sendInitProducerId(coordinator, request), deadlineMs);
    this.identity = { transactionalId, ...identity };
    this.isAsking = false;
    this.unanswered = false;
    return this.identity;
  }

  /** Begins a transaction over these partitions of a topic. @throws FencedError, LogUnavailableError */
  async begin(topic: string, partitions: readonly number[], deadlineMs: number): Promise<void> {
    const topics = [{ topic, partitions: [...partitions] }];
    await this.ask((coordinator) => coordinator.addPartitionsToTxn({ ...this.current(), topics }), deadlineMs);
  }

  /**
   * Ends the transaction. Once a commit has resolved with true, the records are there for good.
   * @returns false when there is no transaction that could be ended so
   * @throws FencedError, LogUnavailableError
   */
  async end(isCommit: boolean, deadlineMs: number): Promise<boolean> {
    try {
      await this.ask(
        (coordinator) => coordinator.endTxn({ ...this.current(), transactionResult: isCommit }),
        deadlineMs,
      );
      return true;
    } catch (error) {
      if (isWithoutTransaction(error)) return false;
      throw error;
    }
  }

  private current(): ProducerIdentity {
    if (this.identity === null) throw new Error('There is no producer yet');
    return this.identity;
  }

  private async ask<T>(task: (coordinator: KafkaBroker) => Promise<T>, deadlineMs: number): Promise<T> {
    for (let pauseMs = this.options.pauseMs ?? FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
      const cluster = await this.connect();
      try {
        return await task(await this.coordinator(cluster));
      } catch (error) {
        const problem = toTransactionError(error);
        if (!(problem instanceof LogUnavailableError) || isWithoutTransaction(error)) throw problem;
        if (!isTransactionBusy(error)) {
          this.unanswered = true;
          await this.options.connection.drop();
        }
        if (performance.now() + pauseMs > deadlineMs) throw problem;
      }
      await delay(pauseMs);
    }
  }

  private async connect(): Promise<KafkaCluster> {
    try {
      return await this.options.connection.get();
    } catch (error) {
      throw toLogError(error);
    }
  }

  private async coordinator(cluster: KafkaCluster): Promise<KafkaBroker> {
    if (this.known?.cluster !== cluster) {
      const of = { groupId: this.options.transactionalId, coordinatorType: OF_TRANSACTIONS };
      this.known = { cluster, coordinator: await cluster.findGroupCoordinator(of) };
    }
    return this.known.coordinator;
  }
}
