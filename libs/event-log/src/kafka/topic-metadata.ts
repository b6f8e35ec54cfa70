import type { KafkaBroker, KafkaCluster, Protocol } from './kafka-cluster';
import { fetchError } from './kafka-errors';
import { FlexibleReader, FlexibleWriter } from './flexible-encoding';

/** What a broker knows of a topic. */
export interface TopicMetadata {
  /** Kafka's uuid of the topic: one that is made again has another. */
  topicId: string;
  partitions: number;
  /** The node that leads a partition; those without a leader are left out. */
  leaders: ReadonlyMap<number, number>;
}

const METADATA = 3;
/** The client's own stops before topics have ids, which came with version 10. */
const VERSION = 12;
const NO_UUID = Buffer.alloc(16).toString('base64url');
const NO = 0;
const NO_LEADER = -1;
const UNKNOWN_TOPIC = 3;

interface Answer {
  /** The name under which the client looks for it. */
  clientSideThrottleTime: number;
  topics: Map<string, TopicMetadata>;
}

/**
 * Asks a broker for topics, creating none; those that it does not know are left out. Sees to it that the client, which goes by what it has
 * seen itself, knows the same leaders. Rejects as the client's requests do.
 */
export async function findTopics(
  cluster: KafkaCluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicMetadata>> {
  const found = await sendMetadata(await cluster.brokerPool.findConnectedBroker(), topics);
  const isKnown = topics.every((topic) => {
    const metadata = found.get(topic);
    const known = cluster.findTopicPartitionMetadata(topic);
    const leaderOf = (partition: number): number => metadata?.leaders.get(partition) ?? NO_LEADER;
    const isSame = known.every(({ partitionId, leader }) => leader === leaderOf(partitionId));
    return isSame && known.length === (metadata?.partitions ?? 0);
  });
  if (!isKnown) await cluster.refreshMetadata();
  return found;
}

async function sendMetadata(
  broker: KafkaBroker,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicMetadata>> {
  const protocol: Protocol<Answer> = {
    request: { apiKey: METADATA, apiVersion: VERSION, apiName: 'Metadata', encode: async () => encode(topics) },
    response: { decode: async (payload) => decode(payload), parse: async (answer) => answer },
  };
  return (await broker.connectionPool.send(protocol)).topics;
}

function encode(topics: readonly string[]): { buf: Buffer; buffer: Buffer } {
  const writer = new FlexibleWriter();
  writer.array(topics, (topic) => writer.uuid(NO_UUID).string(topic).noTags());
  // Whether to create topics, and whether to say what one may do to them.
  return writer.int8(NO).int8(NO).noTags().content;
}

function decode(payload: Buffer): Answer {
  const reader = new FlexibleReader(payload);
  const clientSideThrottleTime = reader.int32();
  // Brokers, the cluster's id and its controller: the client knows them.
  reader.array(() => {
    reader.skip(4).string();
    reader.skip(4).string();
    reader.tags();
  });
  reader.string();
  reader.skip(4);
  const topics = new Map<string, TopicMetadata>();
  reader.array(() => {
    const errorCode = reader.int16();
    const topic = reader.string();
    const topicId = reader.uuid();
    // Whether it is one of Kafka's own.
    reader.skip(1);
    const leaders = reader.array(() => readLeader(reader));
    reader.skip(4).tags();
    if (errorCode === UNKNOWN_TOPIC) return;
    if (errorCode !== 0) throw fetchError(errorCode);
    const known = leaders.filter(({ leader }) => leader >= 0);
    topics.set(topic, {
      topicId,
      partitions: leaders.length,
      leaders: new Map(known.map(({ partition, leader }) => [partition, leader])),
    });
  });
  return { clientSideThrottleTime, topics };
}

function readLeader(reader: FlexibleReader): { partition: number; leader: number } {
  // An error says that there is no leader, as the leader itself does.
  const partition = reader.skip(2).int32();
  const leader = reader.int32();
  // The leader's epoch, then the copies: all, those in step, those that are away.
  reader.skip(4);
  for (let list = 0; list < 3; list += 1) reader.array(() => reader.int32());
  reader.tags();
  return { partition, leader };
}
