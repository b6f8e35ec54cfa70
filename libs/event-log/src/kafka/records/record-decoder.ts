import { describeError } from '../../core/failure';
import type { RecordBatch } from '../../port';
import { decompress } from '../compression/decompress';
import { UnreadableRecordsError } from '../kafka-errors';
import { ByteReader, readInt64 } from './byte-reader';
import { FetchedRecord } from './fetched-record';

/** What one fetch gave of one partition: whole record batches, and perhaps a part of one more. */
export interface RecordSet {
  topic: string;
  topicId: string;
  partition: number;
  /** The first offset asked for; a batch may begin below it. */
  fetchOffset: number;
  /** The partition's end (exclusive). */
  endOffset: number;
  /** Transactions whose records among these are not to be read. Any order. */
  abortedTransactions: readonly AbortedTransaction[];
  bytes: Buffer;
}

export interface AbortedTransaction {
  producerId: number;
  firstOffset: number;
}

export interface BatchLimits {
  maxBatchRecords: number;
  /** Of the values; at least one record whatever its size. */
  maxBatchBytes: number;
}

/** The message format of record batches; older ones are gone since Kafka 4. */
const FORMAT = 2;
/** Where the parts of a batch's header stand, from its first byte. */
const AT = {
  length: 8,
  /** What the length counts begins here. */
  counted: 12,
  format: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
  records: 61,
};
/** Bits of a batch's attributes. */
const CODEC = 0x07;
const APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Type of the control record that ends a transaction without effect; the type is the second half of its key. */
const ABORT = 0;

/**
 * Reads the records of a fetch in place, batch of the port by batch: committed ones from the fetch's offset on, no control records.
 * The checksums that brokers keep are not verified.
 */
export class RecordDecoder {
  /** Where the next fetch begins: after the last whole batch, or where this one began. */
  readonly nextOffset: number;
  private readonly end: number;
  /** Aborted transactions that begin further on, the nearest last. */
  private readonly aborted: AbortedTransaction[];
  private readonly abortedProducers = new Set<number>();
  /** First byte of the next batch. */
  private batchAt = 0;
  /** The batch being read: its records, how many are left of them, and where they end. */
  private reader: ByteReader;
  private left = 0;
  private recordsEnd = 0;
  private baseOffset = 0;
  private baseTimestamp = 0;
  /** The time of every record of the batch, or null when each has its own. */
  private appendTime: number | null = null;
  /** A record that did not fit into the last batch. */
  private pending: FetchedRecord | null = null;
  /** Where the next batch of the port begins. */
  private from: number;

  /** @throws UnreadableRecordsError */
  constructor(readonly set: RecordSet) {
    const { end, nextOffset } = this.findEnd();
    this.end = end;
    this.nextOffset = nextOffset;
    this.reader = new ByteReader(set.bytes, 0);
    this.from = set.fetchOffset;
    this.aborted = [...set.abortedTransactions].sort((a, b) => b.firstOffset - a.firstOffset);
  }

  /** The next records within the limits, or the hole that is left behind the last; null at the end. @throws UnreadableRecordsError */
  next({ maxBatchRecords, maxBatchBytes }: BatchLimits): RecordBatch | null {
    const { topic, topicId, partition, endOffset } = this.set;
    const fromOffset = this.from;
    let record = this.pending ?? this.readRecord();
    if (record === null && fromOffset === this.nextOffset) return null;
    const records: FetchedRecord[] = [];
    let bytes = 0;
    while (record !== null && records.length < maxBatchRecords) {
      bytes += record.value === null ? 0 : record.value.length;
      if (bytes > maxBatchBytes && records.length > 0) break;
      records.push(record);
      record = this.readRecord();
    }
    this.pending = record;
    const nextOffset = record === null ? this.nextOffset : record.offset;
    this.from = nextOffset;
    return { topic, topicId, partition, records, fromOffset, nextOffset, endOffset };
  }

  /** Steps over the headers of whole batches. */
  private findEnd(): { end: number; nextOffset: number } {
    const { bytes, fetchOffset } = this.set;
    let nextOffset = fetchOffset;
    let at = 0;
    while (at + AT.records <= bytes.length) {
      const format = bytes[at + AT.format];
      if (format !== FORMAT)
        throw this.unreadable(nextOffset, `they are in format ${format}, which Kafka 4 does not have`);
      const end = at + AT.counted + bytes.readInt32BE(at + AT.length);
      if (end < at + AT.records) throw this.unreadable(nextOffset, 'a batch has an impossible length');
      if (end > bytes.length) break;
      nextOffset = Math.max(nextOffset, readInt64(bytes, at) + bytes.readInt32BE(at + AT.lastOffsetDelta) + 1);
      at = end;
    }
    return { end: at, nextOffset };
  }

  private readRecord(): FetchedRecord | null {
    for (;;) {
      while (this.left > 0) {
        this.left -= 1;
        const record = this.decodeRecord();
        if (record !== null) return record;
      }
      if (this.batchAt >= this.end) return null;
      this.openBatch();
    }
  }

  /** Goes to the next batch; none of its records are left when they are not to be read. */
  private openBatch(): void {
    const { bytes } = this.set;
    const at = this.batchAt;
    const end = at + AT.counted + bytes.readInt32BE(at + AT.length);
    this.batchAt = end;
    const attributes = bytes.readInt16BE(at + AT.attributes);
    this.baseOffset = readInt64(bytes, at);
    this.baseTimestamp = readInt64(bytes, at + AT.baseTimestamp);
    this.appendTime = attributes & APPEND_TIME ? readInt64(bytes, at + AT.maxTimestamp) : null;
    this.reader = new ByteReader(bytes, at + AT.records);
    this.recordsEnd = end;
    this.left = this.isReadable(at, attributes) ? bytes.readInt32BE(at + AT.count) : 0;
    const codec = attributes & CODEC;
    if (this.left > 0 && codec !== 0) {
      this.reader = new ByteReader(this.unpack(codec, bytes.subarray(at + AT.records, end)), 0);
      this.recordsEnd = this.reader.bytes.length;
    }
  }

  /** False for control records, and for those of an aborted transaction. */
  private isReadable(at: number, attributes: number): boolean {
    const { bytes } = this.set;
    if ((attributes & (TRANSACTIONAL | CONTROL)) === 0) return true;
    const producerId = readInt64(bytes, at + AT.producerId);
    const lastOffset = this.baseOffset + bytes.readInt32BE(at + AT.lastOffsetDelta);
    for (let next = this.aborted.at(-1); next && next.firstOffset <= lastOffset; next = this.aborted.at(-1)) {
      this.abortedProducers.add(next.producerId);
      this.aborted.pop();
    }
    if (attributes & CONTROL) {
      if (this.controlType() === ABORT) this.abortedProducers.delete(producerId);
      return false;
    }
    return !this.abortedProducers.has(producerId);
  }

  /** Of the batch's only record. */
  private controlType(): number {
    const { reader } = this;
    const start = reader.at;
    reader.varint();
    reader.at += 1;
    reader.varint();
    reader.varint();
    reader.varint();
    const type = reader.bytes.readInt16BE(reader.at + 2);
    reader.at = start;
    return type;
  }

  private unpack(codec: number, packed: Buffer): Buffer {
    try {
      return decompress(codec, packed);
    } catch (error) {
      throw this.unreadable(this.baseOffset, describeError(error), error);
    }
  }

  /** Null for a record below the offset that was asked for. */
  private decodeRecord(): FetchedRecord | null {
    const { reader, set } = this;
    const { bytes } = reader;
    const length = reader.varint();
    const end = reader.at + length;
    reader.at += 1;
    const timestampDelta = reader.varint();
    const offset = this.baseOffset + reader.varint();
    const keyAt = reader.at;
    const keyLength = reader.varint();
    if (keyLength > 0) reader.at += keyLength;
    const valueLength = reader.varint();
    const valueAt = reader.at;
    const headersAt = valueLength > 0 ? valueAt + valueLength : valueAt;
    if (!(headersAt < end && end <= this.recordsEnd))
      throw this.unreadable(this.baseOffset, 'a record has an impossible length');
    reader.at = end;
    if (offset < set.fetchOffset) return null;
    const timestampMs = this.appendTime ?? this.baseTimestamp + timestampDelta;
    const value = valueLength < 0 ? null : bytes.subarray(valueAt, headersAt);
    return new FetchedRecord(set.topic, set.partition, offset, timestampMs, value, bytes, keyAt, headersAt);
  }

  private unreadable(offset: number, reason: string, cause?: unknown): UnreadableRecordsError {
    return new UnreadableRecordsError(this.set, offset, reason, cause);
  }
}
