import { KafkaJSConnectionError } from 'kafkajs';
import type { KafkaBroker, KafkaCluster, ProducerIdentity, Protocol } from '../kafka/kafka-cluster';
import { refusal } from './pretend-brokers';

type ProduceRequest = Parameters<KafkaBroker['produce']>[0];
type BeginRequest = Parameters<KafkaBroker['addPartitionsToTxn']>[0];
type EndRequest = Parameters<KafkaBroker['endTxn']>[0];

/**
 * What becomes of a request: it does not arrive, its answer does not, all is well; or it arrives when its sender has given it up,
 * after so many others.
 */
export type RequestFate = 'lost' | 'unanswered' | 'answered' | number;

/** Codes of the protocol. */
const NONE = 0;
const CONCURRENT_TRANSACTIONS = 51;
const PRODUCER_FENCED = 90;
const NO_EPOCH = -1;
const PRODUCER_ID = 7n;

/**
 * As much of Kafka as one transactional id sees: a broker that coordinates its transactions and leads both partitions of every
 * topic. As brokers do since 4.0 it takes records only of a transaction that is open.
 */
export class PretendCoordinator {
  /** Values that readers see. */
  readonly committed: string[] = [];
  private epoch = NO_EPOCH;
  /** The epoch before, when its producer asked for this one itself. */
  private lastEpoch = NO_EPOCH;
  private state: 'empty' | 'open' | 'committed' | 'aborted' = 'empty';
  /** The end of a transaction is still being written to the partitions. */
  private isEnding = false;
  private readonly partitions = new Set<number>();
  private readonly pending: string[] = [];
  /** Numbers of the next records, by epoch and partition. */
  private readonly numbers = new Map<string, number>();
  private readonly late: { take: () => void; after: number }[] = [];

  /** @param fateOf decides about each request over this connection */
  async connect(fateOf: () => RequestFate): Promise<KafkaCluster> {
    const broker = this.broker(fateOf);
    return {
      findTopicPartitionMetadata: () => [0, 1].map((partitionId) => ({ partitionId, leader: 1 })),
      findBroker: async () => broker,
      findGroupCoordinator: async () => broker,
      disconnect: async () => undefined,
    } as Partial<KafkaCluster> as KafkaCluster;
  }

  /** Whatever is on its way arrives. */
  deliverAll(): void {
    for (const { take } of this.late.splice(0).filter(({ after }) => after > 0)) take();
  }

  private broker(fateOf: () => RequestFate): KafkaBroker {
    const receive = <T>(take: () => T): Promise<T> => this.receive(fateOf(), take);
    const send = async <T>({ request, response }: Protocol<T>): Promise<T> => {
      const { buffer } = await request.encode();
      return response.parse(await response.decode(await receive(() => this.identify(buffer))));
    };
    return {
      connectionPool: { send, pool: [] },
      addPartitionsToTxn: (request: BeginRequest) => receive(() => this.begin(request)),
      produce: (request: ProduceRequest) => receive(() => this.produce(request)),
      endTxn: (request: EndRequest) => receive(() => this.end(request)),
    } as Partial<KafkaBroker> as KafkaBroker;
  }

  private async receive<T>(fate: RequestFate, take: () => T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    for (const request of this.late) request.after -= 1;
    for (const request of this.late.filter(({ after }) => after === 0)) request.take();
    if (typeof fate === 'number') this.late.push({ take: () => ignoringRefusal(take), after: fate });
    if (fate === 'unanswered') ignoringRefusal(take);
    if (fate !== 'answered') throw new KafkaJSConnectionError('Closed connection');
    return take();
  }

  /** Takes and gives bytes of InitProducerId, version 4. */
  private identify(request: Buffer): Buffer {
    const expected = request.readInt16BE(request.length - 3);
    const answer = Buffer.alloc(18);
    answer.writeInt16BE(this.nextEpoch(expected), 5);
    answer.writeBigInt64BE(PRODUCER_ID, 7);
    answer.writeInt16BE(this.epoch, 15);
    return answer;
  }

  /** A code of the protocol. */
  private nextEpoch(expected: number): number {
    if (this.isEnding) {
      this.isEnding = false;
      return CONCURRENT_TRANSACTIONS;
    }
    if (this.state === 'open') {
      this.close(false);
      this.epoch += 1;
      this.lastEpoch = NO_EPOCH;
      return CONCURRENT_TRANSACTIONS;
    }
    if (expected !== NO_EPOCH && expected !== this.epoch) return expected === this.lastEpoch ? NONE : PRODUCER_FENCED;
    this.lastEpoch = expected;
    this.epoch += 1;
    this.state = 'empty';
    return NONE;
  }

  private begin({ producerEpoch, topics }: BeginRequest): void {
    this.check(producerEpoch);
    if (this.isEnding) {
      this.isEnding = false;
      throw refusal('CONCURRENT_TRANSACTIONS', true);
    }
    this.state = 'open';
    for (const partition of topics.flatMap((topic) => topic.partitions)) this.partitions.add(partition);
  }

  private produce({ producerEpoch, topicData }: ProduceRequest): { topics: { partitions: { partition: number }[] }[] } {
    this.check(producerEpoch);
    for (const { partition, firstSequence, messages } of topicData.flatMap(({ partitions }) => partitions)) {
      if (this.state !== 'open' || !this.partitions.has(partition)) throw refusal('INVALID_TXN_STATE', false);
      const key = `${this.epoch}/${partition}`;
      const expected = this.numbers.get(key) ?? 0;
      if (firstSequence + messages.length <= expected) continue;
      if (firstSequence !== expected) throw refusal('OUT_OF_ORDER_SEQUENCE_NUMBER', false);
      this.numbers.set(key, expected + messages.length);
      this.pending.push(...messages.map(({ value }) => String(value)));
    }
    return { topics: topicData };
  }

  private end({ producerEpoch, transactionResult }: EndRequest): void {
    this.check(producerEpoch);
    if (this.state === (transactionResult ? 'committed' : 'aborted')) return;
    if (this.state !== 'open') throw refusal('INVALID_TXN_STATE', false);
    this.close(transactionResult);
  }

  private close(isCommit: boolean): void {
    const values = this.pending.splice(0);
    if (isCommit) this.committed.push(...values);
    this.state = isCommit ? 'committed' : 'aborted';
    this.isEnding = true;
    this.partitions.clear();
  }

  private check(producerEpoch: ProducerIdentity['producerEpoch']): void {
    if (producerEpoch !== this.epoch) throw refusal('INVALID_PRODUCER_EPOCH', false);
  }
}

function ignoringRefusal(take: () => unknown): void {
  try {
    take();
  } catch {
    // Nobody hears of it.
  }
}
