import { readInt64 } from './records/byte-reader';

/**
 * The flexible versions of the protocol's requests (KIP-482): lengths are unsigned varints, counted from 1 since 0 is null, and every
 * structure ends in tagged fields. The client writes an older header than theirs and reads an older one: the tags that end the header
 * are written and read here as the first byte of the body.
 */
const NO_TAGS = 0;
const UUID_BYTES = 16;

/** Writes one request, part behind part. */
export class FlexibleWriter {
  private bytes = Buffer.alloc(256);
  private at = 0;

  constructor() {
    this.noTags();
  }

  /** The client takes its own encoders only; it looks at these two of their properties. */
  get content(): { buf: Buffer; buffer: Buffer } {
    const written = this.bytes.subarray(0, this.at);
    return { buf: written, buffer: written };
  }

  int8(value: number): this {
    this.reserve(1);
    this.at = this.bytes.writeInt8(value, this.at);
    return this;
  }

  int16(value: number): this {
    this.reserve(2);
    this.at = this.bytes.writeInt16BE(value, this.at);
    return this;
  }

  int32(value: number): this {
    this.reserve(4);
    this.at = this.bytes.writeInt32BE(value, this.at);
    return this;
  }

  int64(value: bigint): this {
    this.reserve(8);
    this.at = this.bytes.writeBigInt64BE(value, this.at);
    return this;
  }

  /** @param id as readUuid gives it */
  uuid(id: string): this {
    this.reserve(UUID_BYTES);
    this.bytes.fill(0, this.at, this.at + UUID_BYTES);
    this.bytes.write(id, this.at, UUID_BYTES, 'base64url');
    this.at += UUID_BYTES;
    return this;
  }

  string(text: string): this {
    const length = Buffer.byteLength(text);
    this.varint(length + 1).reserve(length);
    this.at += this.bytes.write(text, this.at);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.varint(items.length + 1);
    items.forEach(write);
    return this;
  }

  /** Ends a structure. */
  noTags(): this {
    return this.int8(NO_TAGS);
  }

  private varint(value: number): this {
    this.reserve(5);
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.at = this.bytes.writeUInt8((rest & 0x7f) | 0x80, this.at);
    this.at = this.bytes.writeUInt8(rest, this.at);
    return this;
  }

  private reserve(bytes: number): this {
    if (this.at + bytes > this.bytes.length)
      this.bytes = Buffer.concat([this.bytes], Math.max(2 * this.bytes.length, this.at + bytes));
    return this;
  }
}

/** Reads one answer, part behind part. */
export class FlexibleReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {
    this.tags();
  }

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  /** Exact within the safe integers. */
  int64(): number {
    this.at += 8;
    return readInt64(this.bytes, this.at - 8);
  }

  bigint64(): bigint {
    this.at += 8;
    return this.bytes.readBigInt64BE(this.at - 8);
  }

  /** In the text form that Kafka's own tools show. */
  uuid(): string {
    return this.take(UUID_BYTES).toString('base64url');
  }

  /** Empty for null. */
  string(): string {
    return this.block().toString('utf8');
  }

  /** Bytes after their length, as a part of the answer's; empty for null. */
  block(): Buffer {
    return this.take(Math.max(0, this.varint() - 1));
  }

  /** Empty for null. */
  array<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.varint() - 1) }, read);
  }

  skip(bytes: number): this {
    this.at += bytes;
    return this;
  }

  /** Ends a structure; what its tags say is of no use here. */
  tags(): void {
    for (let left = this.varint(); left > 0; left -= 1) {
      this.varint();
      // Here the length counts from 0.
      this.take(this.varint());
    }
  }

  private take(bytes: number): Buffer {
    this.at += bytes;
    return this.bytes.subarray(this.at - bytes, this.at);
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
}
