/** Reads and writes the protocol's primitive types, each at the end of what was read or written before. */
export class Wire {
  private at = 0;
  private readonly written: Buffer[] = [];

  constructor(private readonly bytes = Buffer.alloc(0)) {}

  get content(): Buffer {
    return Buffer.concat(this.written);
  }

  skip(bytes: number): this {
    this.at += bytes;
    return this;
  }

  readInt8(): number {
    this.at += 1;
    return this.bytes.readInt8(this.at - 1);
  }

  readInt16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  readInt32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  readInt64(): number {
    this.at += 8;
    return Number(this.bytes.readBigInt64BE(this.at - 8));
  }

  readString(): string {
    const length = this.readInt16();
    this.at += Math.max(0, length);
    return this.bytes.toString('utf8', this.at - Math.max(0, length), this.at);
  }

  readArray<T>(item: () => T): T[] {
    return Array.from({ length: this.readInt32() }, item);
  }

  readUuid(): string {
    this.at += 16;
    return this.bytes.toString('base64url', this.at - 16, this.at);
  }

  readVarint(): number {
    const low = this.readInt8() & 0xff;
    return low < 0x80 ? low : (low & 0x7f) + 128 * this.readVarint();
  }

  readCompactString(): string {
    const length = Math.max(0, this.readVarint() - 1);
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  readCompactArray<T>(item: () => T): T[] {
    return Array.from({ length: Math.max(0, this.readVarint() - 1) }, item);
  }

  /** The end of a structure without tagged fields. */
  readNoTags(): void {
    const tags = this.readVarint();
    if (tags > 0) throw new Error('tagged fields are not spoken here');
  }

  int8(value: number): this {
    return this.push(1, (bytes) => bytes.writeInt8(value));
  }

  int16(value: number): this {
    return this.push(2, (bytes) => bytes.writeInt16BE(value));
  }

  int32(value: number): this {
    return this.push(4, (bytes) => bytes.writeInt32BE(value));
  }

  int64(value: number): this {
    return this.push(8, (bytes) => bytes.writeBigInt64BE(BigInt(value)));
  }

  string(text: string): this {
    this.int16(Buffer.byteLength(text));
    return this.raw(Buffer.from(text));
  }

  raw(bytes: Buffer): this {
    this.written.push(bytes);
    return this;
  }

  array<T>(items: readonly T[], item: (each: T) => void): this {
    this.int32(items.length);
    items.forEach(item);
    return this;
  }

  uuid(id: string): this {
    return this.raw(Buffer.from(id, 'base64url'));
  }

  varint(value: number): this {
    return value < 0x80
      ? this.raw(Buffer.from([value]))
      : this.raw(Buffer.from([(value & 0x7f) | 0x80])).varint(value >>> 7);
  }

  compactString(text: string): this {
    return this.compactBytes(Buffer.from(text));
  }

  compactBytes(bytes: Buffer): this {
    return this.varint(bytes.length + 1).raw(bytes);
  }

  compactArray<T>(items: readonly T[], item: (each: T) => void): this {
    this.varint(items.length + 1);
    items.forEach(item);
    return this;
  }

  noTags(): this {
    return this.varint(0);
  }

  private push(size: number, write: (bytes: Buffer) => void): this {
    const bytes = Buffer.alloc(size);
    write(bytes);
    return this.raw(bytes);
  }
}
