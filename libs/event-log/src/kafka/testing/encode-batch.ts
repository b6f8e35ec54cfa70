/** A record as the client encodes it. */
export interface PlainRecord {
  offsetDelta: number;
  timestampDelta: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer | Buffer[]>;
}

export interface PlainBatch {
  firstOffset: number;
  /** Above the last record's when compaction has taken what came behind. Default the last record's. */
  lastOffsetDelta?: number;
  firstTimestamp?: number;
  maxTimestamp?: number;
  /** 0 is none, 1 gzip. */
  compression?: number;
  producerId?: number;
  transactional?: boolean;
  records: readonly PlainRecord[];
}

interface Encoded {
  buffer: Buffer;
}

interface LongType {
  fromValue(value: number): unknown;
}

/** The client's own encoders, which its public API does not have. */
const encodeRecord = jest.requireActual<(record: object) => Encoded>('kafkajs/src/protocol/recordBatch/record/v0');
const { RecordBatch } = jest.requireActual<{ RecordBatch(batch: object): Promise<Encoded> }>(
  'kafkajs/src/protocol/recordBatch/v0',
);
const Long = jest.requireActual<LongType>('kafkajs/src/utils/long');

const ATTRIBUTES_AT = 22;
const CONTROL = 0x20;
export const ABORT = 0;
export const COMMIT = 1;

/** A batch as it stands in the log. */
export async function encodeBatch(batch: PlainBatch): Promise<Buffer> {
  const { firstOffset, records, firstTimestamp = 0, maxTimestamp = 0, compression = 0, transactional = false } = batch;
  const encoded = await RecordBatch({
    compression,
    transactional,
    firstTimestamp,
    maxTimestamp,
    firstOffset: Long.fromValue(firstOffset),
    producerId: Long.fromValue(batch.producerId ?? -1),
    lastOffsetDelta: batch.lastOffsetDelta ?? records.at(-1)?.offsetDelta ?? 0,
    records: records.map((record) =>
      encodeRecord({ ...record, timestampDelta: Long.fromValue(record.timestampDelta) }),
    ),
  });
  return Buffer.from(encoded.buffer);
}

/** The record that ends a transaction: ABORT or COMMIT. */
export async function encodeMarker(firstOffset: number, producerId: number, type: number): Promise<Buffer> {
  const key = Buffer.from([0, 0, 0, type]);
  const marker = plainRecord(0, Buffer.alloc(6), key);
  const bytes = await encodeBatch({ firstOffset, producerId, transactional: true, records: [marker] });
  return setAttributes(bytes, CONTROL);
}

/** The batch with these bits of its attributes set. */
export function setAttributes(bytes: Buffer, bits: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(ATTRIBUTES_AT) | bits, ATTRIBUTES_AT);
  return bytes;
}

export function plainRecord(offsetDelta: number, value: Buffer, key: Buffer | null = null): PlainRecord {
  return { offsetDelta, timestampDelta: 0, key, value, headers: {} };
}
