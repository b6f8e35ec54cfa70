import type { KafkaBroker, Protocol } from '../kafka-cluster';
import { fetchError } from '../kafka-errors';
import { FlexibleReader, FlexibleWriter } from '../flexible-encoding';
import type { RecordSet } from '../records/record-decoder';

/** What is asked of one broker. */
export interface FetchRequest {
  /** For how long the broker waits for the first record, in ms. */
  maxWaitMs: number;
  /** Of all partitions together; at least one batch comes whatever its size. */
  maxBytes: number;
  partitions: readonly FetchPosition[];
}

export interface FetchPosition {
  topic: string;
  /** The broker goes by it and not by the name: it has nothing for it any more once the topic was deleted. */
  topicId: string;
  partition: number;
  /** The first offset wanted. */
  offset: number;
  maxBytes: number;
}

/** What a broker has for one partition: records, or a code for why not. */
export interface FetchedPartition extends RecordSet {
  /** 0 is none; see fetchError. */
  errorCode: number;
}

const FETCH = 1;
/** The first version in which topics go by their ids. */
const VERSION = 13;
const CONSUMER = -1;
const READ_COMMITTED = 1;
const NO_SESSION = { id: 0, epoch: -1 };
const UNKNOWN_EPOCH = -1;
const UNKNOWN_OFFSET = -1n;
const NO_RACK = '';

/** Asks for committed records, which come as the broker has them on disk. Rejects as the client's requests do. */
export async function sendFetch(
  broker: KafkaBroker,
  request: FetchRequest,
  requestTimeoutMs?: number,
): Promise<FetchedPartition[]> {
  const positions = new Map(request.partitions.map((wanted) => [`${wanted.topicId}/${wanted.partition}`, wanted]));
  const protocol: Protocol<FetchAnswer> = {
    request: { apiKey: FETCH, apiVersion: VERSION, apiName: 'Fetch', encode: async () => encode(request) },
    response: { decode: async (payload) => decode(payload, positions), parse: async (answer) => answer },
    ...(requestTimeoutMs === undefined ? {} : { requestTimeout: requestTimeoutMs }),
  };
  return (await broker.connectionPool.send(protocol)).partitions;
}

interface FetchAnswer {
  /** The name under which the client looks for it. */
  clientSideThrottleTime: number;
  partitions: FetchedPartition[];
}

function encode({ maxWaitMs, maxBytes, partitions }: FetchRequest): { buf: Buffer; buffer: Buffer } {
  const writer = new FlexibleWriter();
  writer.int32(CONSUMER).int32(maxWaitMs).int32(1).int32(maxBytes).int8(READ_COMMITTED);
  writer.int32(NO_SESSION.id).int32(NO_SESSION.epoch);
  writer.array([...byTopic(partitions)], ([topicId, positions]) => {
    writer.uuid(topicId).array(positions, (position) => {
      writer.int32(position.partition).int32(UNKNOWN_EPOCH).int64(BigInt(position.offset));
      writer.int32(UNKNOWN_EPOCH).int64(UNKNOWN_OFFSET).int32(position.maxBytes).noTags();
    });
    writer.noTags();
  });
  // No partitions to forget.
  return writer
    .array([], () => undefined)
    .string(NO_RACK)
    .noTags().content;
}

/** In order of first appearance: brokers fill an answer from the front. */
function byTopic(partitions: readonly FetchPosition[]): Map<string, FetchPosition[]> {
  const topics = new Map<string, FetchPosition[]>();
  for (const wanted of partitions) {
    const known = topics.get(wanted.topicId);
    if (known) known.push(wanted);
    else topics.set(wanted.topicId, [wanted]);
  }
  return topics;
}

function decode(payload: Buffer, positions: ReadonlyMap<string, FetchPosition>): FetchAnswer {
  const reader = new FlexibleReader(payload);
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  if (errorCode !== 0) throw fetchError(errorCode);
  // The session, of which there is none.
  reader.skip(4);
  const partitions: FetchedPartition[] = [];
  reader.array(() => {
    const topicId = reader.uuid();
    reader.array(() => {
      const { partition, ...fetched } = readPartition(reader);
      const wanted = positions.get(`${topicId}/${partition}`);
      if (wanted) partitions.push({ topic: wanted.topic, topicId, partition, fetchOffset: wanted.offset, ...fetched });
    });
    reader.tags();
  });
  return { clientSideThrottleTime, partitions };
}

function readPartition(reader: FlexibleReader): Omit<FetchedPartition, 'topic' | 'topicId' | 'fetchOffset'> {
  const partition = reader.int32();
  const errorCode = reader.int16();
  // The last stable offset: where committed records end. Before it the end of all, after it the log's start.
  const endOffset = reader.skip(8).int64();
  reader.skip(8);
  const abortedTransactions = reader.array(() => {
    const aborted = { producerId: reader.int64(), firstOffset: reader.int64() };
    reader.tags();
    return aborted;
  });
  // The preferred replica: without a rack there is none.
  const bytes = reader.skip(4).block();
  reader.tags();
  return { partition, errorCode, endOffset, abortedTransactions, bytes };
}
