import type { RecordHeaders } from '../port';

/** Headers as bytes: per header the name's length, the name (UTF-8), the value's length, the value; lengths as 32 bits. */
export function encodeHeaderBlock(headers: RecordHeaders): Buffer | null {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name, 'utf8');
    parts.push(
      lengthOf(nameBytes),
      nameBytes,
      lengthOf(value),
      Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    );
  }
  return parts.length === 0 ? null : Buffer.concat(parts);
}

/** The inverse of encodeHeaderBlock. */
export function decodeHeaderBlock(block: Buffer | null): RecordHeaders {
  const headers: Record<string, Uint8Array> = {};
  let position = 0;
  const next = (): Buffer => {
    const start = position + 4;
    position = start + (block?.readUInt32BE(position) ?? 0);
    return block?.subarray(start, position) ?? Buffer.alloc(0);
  };
  while (block !== null && position < block.length) {
    const name = next().toString('utf8');
    headers[name] = next();
  }
  return headers;
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.byteLength);
  return length;
}
