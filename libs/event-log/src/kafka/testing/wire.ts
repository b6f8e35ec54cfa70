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

  private push(size: number, write: (bytes: Buffer) => void): this {
    const bytes = Buffer.alloc(size);
    write(bytes);
    return this.raw(bytes);
  }
}
