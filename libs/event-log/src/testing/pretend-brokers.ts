import { KafkaJSConnectionError, KafkaJSProtocolError } from 'kafkajs';
import type { KafkaBroker, KafkaCluster } from '../kafka/kafka-cluster';

type ProduceRequest = Parameters<KafkaBroker['produce']>[0];

/** What becomes of one request: it does not arrive, its answer does not, it is answered late, or all is well. */
export type Fate = 'lost' | 'unanswered' | 'slow' | 'answered';

const SLOW_MS = 5;

/** As much of a Kafka cluster as appending sees: leaders, and logs that know a repeated batch by its number. */
export class PretendBrokers {
  /** Values per partition. */
  readonly logs = new Map<number, string[]>();
  /** Partition → node. */
  readonly leaders = new Map<number, number>();
  /** Requests under way now, and the most there ever were at one node. */
  private readonly underWay = new Map<number, number>();
  mostUnderWay = 0;
  private readonly numbers = new Map<string, number>();
  private producers = 0;

  constructor(
    partitions: number,
    nodes: number,
    /** Decides about each request; may move leaders. */
    private readonly fateOf: (nodeId: number) => Fate,
  ) {
    for (let partition = 0; partition < partitions; partition += 1) {
      this.leaders.set(partition, partition % nodes);
      this.logs.set(partition, []);
    }
  }

  connect = async (): Promise<KafkaCluster> => {
    const known = [...this.leaders].map(([partitionId, leader]) => ({ partitionId, leader }));
    return {
      findTopicPartitionMetadata: () => known,
      findBroker: async ({ nodeId }: { nodeId: number }) => this.broker(nodeId),
      findControllerBroker: async () => this.broker(0),
      disconnect: async () => undefined,
    } as Partial<KafkaCluster> as KafkaCluster;
  };

  private broker(nodeId: number): KafkaBroker {
    return {
      initProducerId: async () => ({ producerId: (this.producers += 1), producerEpoch: 0 }),
      produce: (request: ProduceRequest) => this.produce(nodeId, request),
    } as Partial<KafkaBroker> as KafkaBroker;
  }

  private async produce(
    nodeId: number,
    request: ProduceRequest,
  ): Promise<{ topics: { partitions: { partition: number }[] }[] }> {
    const count = (this.underWay.get(nodeId) ?? 0) + 1;
    this.underWay.set(nodeId, count);
    this.mostUnderWay = Math.max(this.mostUnderWay, count);
    try {
      const fate = this.fateOf(nodeId);
      await new Promise((resolve) => setTimeout(resolve, fate === 'slow' ? SLOW_MS : 0));
      if (fate === 'lost') throw closed();
      for (const { partitions } of request.topicData)
        for (const batch of partitions) this.append(nodeId, request, batch);
      if (fate === 'unanswered') throw closed();
      return { topics: request.topicData };
    } finally {
      this.underWay.set(nodeId, (this.underWay.get(nodeId) ?? 1) - 1);
    }
  }

  private append(
    nodeId: number,
    { producerId }: ProduceRequest,
    { partition, firstSequence, messages }: ProduceRequest['topicData'][number]['partitions'][number],
  ): void {
    if (this.leaders.get(partition) !== nodeId) throw refusal('NOT_LEADER_FOR_PARTITION', true);
    const key = `${String(producerId)}/${partition}`;
    const expected = this.numbers.get(key) ?? 0;
    if (firstSequence + messages.length === expected) return;
    if (firstSequence !== expected) throw refusal('OUT_OF_ORDER_SEQUENCE_NUMBER', false);
    this.numbers.set(key, expected + messages.length);
    this.logs.get(partition)?.push(...messages.map(({ value }) => String(value)));
  }
}

/** A broker's answer that refuses a request. */
export function refusal(type: string, retriable: boolean): Error {
  return new KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 0, retriable }));
}

function closed(): Error {
  return new KafkaJSConnectionError('Closed connection');
}
