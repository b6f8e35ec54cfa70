/** Walks over the numbers in a record: zigzag, seven bits a byte, the lowest first. */
export class ByteReader {
  /** @param at where reading begins, and how far it has come */
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  /** A signed number of up to 64 bits, exact within the safe integers. Beyond the bytes' end come zeros. */
  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      // 32 bits do not hold the next seven.
      if (shift === 28) return this.large(value);
      byte = bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  private large(low: number): number {
    let value = low;
    let byte: number;
    for (let unit = 2 ** 28; ; unit *= 128) {
      byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * unit;
      if (!(byte >= 0x80)) break;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** A signed number of 64 bits, the highest first; exact within the safe integers. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}
