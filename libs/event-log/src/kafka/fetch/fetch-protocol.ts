import type { KafkaBroker, Protocol } from '../kafka-cluster';
import { fetchError } from '../kafka-errors';
import { readInt64 } from '../records/byte-reader';
import type { AbortedTransaction, RecordSet } from '../records/record-decoder';

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
/** The last version before topics go by ids, which the client does not know. */
const VERSION = 11;
const CONSUMER = -1;
const READ_COMMITTED = 1;
const NO_SESSION = { id: 0, epoch: -1 };
const UNKNOWN_EPOCH = -1;
const UNKNOWN_OFFSET = -1n;
/** Of a request, beyond its topics. */
const FIXED_BYTES = 35;
/** Of an answer, before its topics: throttle time, error, session. */
const ANSWER_HEADER_BYTES = 10;

/** Asks for committed records, which come as the broker has them on disk. Rejects as the client's requests do. */
export async function sendFetch(
  broker: KafkaBroker,
  request: FetchRequest,
  requestTimeoutMs?: number,
): Promise<FetchedPartition[]> {
  const positions = new Map(request.partitions.map((wanted) => [`${wanted.topic}/${wanted.partition}`, wanted.offset]));
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

/** The client takes its own encoders only; it looks at these two of their properties. */
function encode(request: FetchRequest): { buf: Buffer; buffer: Buffer } {
  const topics = byTopic(request.partitions);
  let bytes = FIXED_BYTES;
  for (const [topic, partitions] of topics) bytes += 6 + Buffer.byteLength(topic) + 28 * partitions.length;
  const buffer = Buffer.alloc(bytes);
  let at = 0;
  const int32 = (value: number): void => {
    at = buffer.writeInt32BE(value, at);
  };
  int32(CONSUMER);
  int32(request.maxWaitMs);
  int32(1);
  int32(request.maxBytes);
  at = buffer.writeInt8(READ_COMMITTED, at);
  int32(NO_SESSION.id);
  int32(NO_SESSION.epoch);
  int32(topics.size);
  for (const [topic, partitions] of topics) {
    at = buffer.writeInt16BE(Buffer.byteLength(topic), at);
    at += buffer.write(topic, at);
    int32(partitions.length);
    for (const { partition, offset, maxBytes } of partitions) {
      int32(partition);
      int32(UNKNOWN_EPOCH);
      at = buffer.writeBigInt64BE(BigInt(offset), at);
      at = buffer.writeBigInt64BE(UNKNOWN_OFFSET, at);
      int32(maxBytes);
    }
  }
  // No partitions to forget, and no rack.
  return { buf: buffer, buffer };
}

/** In order of first appearance: brokers fill an answer from the front. */
function byTopic(partitions: readonly FetchPosition[]): Map<string, FetchPosition[]> {
  const topics = new Map<string, FetchPosition[]>();
  for (const wanted of partitions) {
    const known = topics.get(wanted.topic);
    if (known) known.push(wanted);
    else topics.set(wanted.topic, [wanted]);
  }
  return topics;
}

function decode(bytes: Buffer, positions: ReadonlyMap<string, number>): FetchAnswer {
  const errorCode = bytes.readInt16BE(4);
  if (errorCode !== 0) throw fetchError(errorCode);
  const partitions: FetchedPartition[] = [];
  let at = ANSWER_HEADER_BYTES;
  const int32 = (): number => {
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  for (let topics = int32(); topics > 0; topics -= 1) {
    const nameAt = at + 2;
    at = nameAt + bytes.readInt16BE(at);
    const topic = bytes.toString('utf8', nameAt, at);
    for (let left = int32(); left > 0; left -= 1) {
      const partition = int32();
      const errorCode = bytes.readInt16BE(at);
      // The last stable offset: where committed records end. Before it the end of all, after it the log's start.
      const endOffset = readInt64(bytes, at + 10);
      at += 26;
      const abortedTransactions: AbortedTransaction[] = [];
      for (let aborted = int32(); aborted > 0; aborted -= 1) {
        abortedTransactions.push({ producerId: readInt64(bytes, at), firstOffset: readInt64(bytes, at + 8) });
        at += 16;
      }
      // The preferred replica: without a rack there is none.
      at += 4;
      const size = Math.max(0, int32());
      const records = bytes.subarray(at, at + size);
      at += size;
      const fetchOffset = positions.get(`${topic}/${partition}`) ?? 0;
      partitions.push({ topic, partition, errorCode, fetchOffset, endOffset, abortedTransactions, bytes: records });
    }
  }
  return { clientSideThrottleTime: bytes.readInt32BE(0), partitions };
}
