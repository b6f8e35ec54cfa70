import type { Kafka, Message } from 'kafkajs';

/** A record as the client decodes it. Several headers of one name come as an array. */
export interface FetchedMessage {
  offset: string;
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
  headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined>;
  isControlRecord?: boolean;
}

interface FetchRequest {
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  isolationLevel: number;
  rackId: string;
  topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
}

interface FetchResponse {
  responses: {
    topicName: string;
    partitions: { partition: number; highWatermark: string; messages: FetchedMessage[] }[];
  }[];
}

/** Who appends, in the brokers' eyes. The id is a 64-bit number as the client decodes it, handed back as it came. */
export interface ProducerIdentity {
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
  fetch(request: FetchRequest): Promise<FetchResponse>;
  produce(request: ProduceRequest): Promise<{ topics: { partitions: { partition: number }[] }[] }>;
  initProducerId(request: { transactionTimeout: number }): Promise<ProducerIdentity>;
  listOffsets(request: ListOffsetsRequest): Promise<{ responses: { partitions: { offset: string }[] }[] }>;
}

/** The part of the client's cluster that reading without a group and appending need: its public API has no such thing. */
export interface KafkaCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
  findBroker(where: { nodeId: number }): Promise<KafkaBroker>;
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

/** Connects and learns who leads which partition. */
export async function connectCluster(kafka: Kafka): Promise<KafkaCluster> {
  const cluster = createCluster(kafka);
  await cluster.connect();
  await cluster.refreshMetadata();
  return cluster;
}
