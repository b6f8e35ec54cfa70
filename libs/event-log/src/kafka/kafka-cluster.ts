import type { Socket } from 'node:net';
import type { Kafka, Message } from 'kafkajs';

/** A request of the protocol and what becomes of its answer, in the client's terms. */
export interface Protocol<T> {
  request: {
    apiKey: number;
    apiVersion: number;
    apiName: string;
    encode(): Promise<{ buf: Buffer; buffer: Buffer }>;
  };
  response: { decode(payload: Buffer): Promise<T>; parse(decoded: T): Promise<T> };
  /** In ms; no less than the client's own. */
  requestTimeout?: number;
}

/** A socket of the client's, and the requests that wait for it. */
export interface KafkaConnection {
  socket?: Socket;
  rejectRequests(error: Error): void;
}

/** Who appends, in the brokers' eyes. The id is a 64-bit number as the client decodes it, handed back as it came. */
export interface ProducerIdentity {
  /** Absent for a producer without transactions. */
  transactionalId?: string;
  producerId: unknown;
  producerEpoch: number;
}

interface ProduceRequest extends ProducerIdentity {
  acks: number;
  /** How long the broker waits for the other copies, in ms. */
  timeout: number;
  topicData: {
    topic: string;
    partitions: { partition: number; firstSequence: number; messages: Message[] }[];
  }[];
}

interface ListOffsetsRequest {
  replicaId: number;
  isolationLevel: number;
  topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
}

/** A connection to one broker. An answer with an error for any of its partitions rejects as a whole. */
export interface KafkaBroker {
  produce(request: ProduceRequest): Promise<{ topics: { partitions: { partition: number }[] }[] }>;
  initProducerId(request: { transactionTimeout: number }): Promise<ProducerIdentity>;
  addPartitionsToTxn(
    request: ProducerIdentity & { topics: { topic: string; partitions: number[] }[] },
  ): Promise<unknown>;
  /** A result of true commits. */
  endTxn(request: ProducerIdentity & { transactionResult: boolean }): Promise<unknown>;
  listOffsets(request: ListOffsetsRequest): Promise<{ responses: { partitions: { offset: string }[] }[] }>;
  /** Fetches have a connection of their own. */
  readonly connectionPool: { send<T>(protocol: Protocol<T>): Promise<T>; readonly pool: readonly KafkaConnection[] };
}

/** The part of the client's cluster that reading without a group and appending need: its public API has no such thing. */
export interface KafkaCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
  findBroker(where: { nodeId: number }): Promise<KafkaBroker>;
  /** For questions that any broker answers. */
  readonly brokerPool: { findConnectedBroker(): Promise<KafkaBroker> };
  /** Of a group when the type is 0, of a transactional id when it is 1. */
  findGroupCoordinator(of: { groupId: string; coordinatorType: number }): Promise<KafkaBroker>;
  /** In KRaft any broker. */
  findControllerBroker(): Promise<KafkaBroker>;
  fetchTopicsOffset(
    topics: {
      topic: string;
      partitions: { partition: number }[];
      fromBeginning?: boolean;
      /** Epoch ms. */
      fromTimestamp?: number;
    }[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
}

const FACTORY = 'private:Kafka:createCluster';
const METADATA_MAX_AGE_MS = 30_000;

/** A connection of its own with the settings of the client, knowing every topic and creating none. */
function createCluster(kafka: Kafka): KafkaCluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === FACTORY);
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  if (typeof create !== 'function') throw new Error('This version of kafkajs makes its connections in another way');
  return create({ metadataMaxAge: METADATA_MAX_AGE_MS, allowAutoTopicCreation: false }) as KafkaCluster;
}

/** Connects and learns who leads which partition. Leaves nothing open when it rejects. */
export async function connectCluster(kafka: Kafka): Promise<KafkaCluster> {
  const cluster = createCluster(kafka);
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    return cluster;
  } catch (error) {
    cluster.disconnect().catch(() => undefined);
    throw error;
  }
}
