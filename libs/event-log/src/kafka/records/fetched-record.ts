import type { LogRecord, RecordHeaders } from '../../port';
import { ByteReader } from './byte-reader';

/**
 * A record where it lies among the bytes of its fetch, which it keeps in memory as a whole. Key and headers are accessors: most
 * readers look at the value alone.
 */
export class FetchedRecord implements LogRecord {
  /**
   * @param bytes what holds the record
   * @param keyAt where in them the key's length stands
   * @param headersAt where in them the number of headers stands
   */
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly offset: number,
    readonly timestampMs: number,
    readonly value: Buffer | null,
    private readonly bytes: Buffer,
    private readonly keyAt: number,
    private readonly headersAt: number,
  ) {}

  get key(): string | null {
    const reader = new ByteReader(this.bytes, this.keyAt);
    const length = reader.varint();
    return length < 0 ? null : this.bytes.toString('utf8', reader.at, reader.at + length);
  }

  /** Of several headers of one name the last counts; one without a value is empty. */
  get headers(): RecordHeaders {
    const { bytes } = this;
    const reader = new ByteReader(bytes, this.headersAt);
    const entries: [string, Uint8Array][] = [];
    for (let left = reader.varint(); left > 0; left -= 1) {
      const nameEnd = reader.varint() + reader.at;
      const name = bytes.toString('utf8', reader.at, nameEnd);
      reader.at = nameEnd;
      const valueEnd = Math.max(0, reader.varint()) + reader.at;
      if (!(valueEnd <= bytes.length))
        throw new RangeError(`the headers of ${this.topic}/${this.partition} at ${this.offset} are cut short`);
      entries.push([name, bytes.subarray(reader.at, valueEnd)]);
      reader.at = valueEnd;
    }
    return Object.fromEntries(entries);
  }
}
