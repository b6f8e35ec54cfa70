import { FIGURE_NAMES, zeroFigures, type Figures, type MutableFigures } from '@orderpulse/windowing';
import { crc32 } from 'node:zlib';
import { StoreDamagedError } from './errors';

/**
 * Key schema, big-endian so that byte order is numeric order. A window store is numbered by its place in the summary's list.
 * - `00`                                          the checkpoint summary, JSON
 * - `01 store:u8 slice:u48 group:utf8`            one live slice of a group: one f64 per figure
 * - `02 bucket:u32 sequence:u48 part:u16`         event ids added to a bucket by the checkpoint of that number, 16 bytes each
 * - `03 store:u8 group:utf8`                      totals of a group: one f64 per figure ever counted, one per figure expired
 *
 * The group of a store that does not group is the empty text. Every value ends in the CRC-32 of key and value, so that
 * neither can change unnoticed or trade places.
 */
export const SUMMARY_KEY = Uint8Array.of(0);

const SLICE_PREFIX = 1;
const SEEN_PREFIX = 2;
const GROUP_PREFIX = 3;
const SLICE_KEY_BYTES = 8;
const SEEN_KEY_BYTES = 13;
const GROUP_KEY_BYTES = 2;
const CHECKSUM_BYTES = 4;
const FIGURES_BYTES = 8 * FIGURE_NAMES.length;

/** What a key stands for. */
export type DecodedKey =
  | { kind: 'summary' }
  | { kind: 'slice'; store: number; slice: number; group: string }
  | { kind: 'seen'; bucket: number; sequence: number; part: number }
  | { kind: 'group'; store: number; group: string };

export function sliceKey(store: number, slice: number, group: string): Uint8Array {
  const key = Buffer.allocUnsafe(SLICE_KEY_BYTES + Buffer.byteLength(group, 'utf8'));
  key[0] = SLICE_PREFIX;
  key[1] = store;
  key.writeUIntBE(slice, 2, 6);
  key.write(group, SLICE_KEY_BYTES, 'utf8');
  return key;
}

export function seenKey(bucket: number, sequence: number, part: number): Uint8Array {
  const key = Buffer.allocUnsafe(SEEN_KEY_BYTES);
  key[0] = SEEN_PREFIX;
  key.writeUInt32BE(bucket, 1);
  key.writeUIntBE(sequence, 5, 6);
  key.writeUInt16BE(part, 11);
  return key;
}

export function groupKey(store: number, group: string): Uint8Array {
  const key = Buffer.allocUnsafe(GROUP_KEY_BYTES + Buffer.byteLength(group, 'utf8'));
  key[0] = GROUP_PREFIX;
  key[1] = store;
  key.write(group, GROUP_KEY_BYTES, 'utf8');
  return key;
}

/** @throws StoreDamagedError for a key that this version of the store does not write */
export function decodeKey(bytes: Uint8Array): DecodedKey {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (key.length === 1 && key[0] === 0) return { kind: 'summary' };
  if (key.length >= SLICE_KEY_BYTES && key[0] === SLICE_PREFIX) {
    const group = key.toString('utf8', SLICE_KEY_BYTES);
    return { kind: 'slice', store: key.readUInt8(1), slice: key.readUIntBE(2, 6), group };
  }
  if (key.length === SEEN_KEY_BYTES && key[0] === SEEN_PREFIX) {
    return {
      kind: 'seen',
      bucket: key.readUInt32BE(1),
      sequence: key.readUIntBE(5, 6),
      part: key.readUInt16BE(11),
    };
  }
  if (key.length >= GROUP_KEY_BYTES && key[0] === GROUP_PREFIX)
    return { kind: 'group', store: key.readUInt8(1), group: key.toString('utf8', GROUP_KEY_BYTES) };
  throw new StoreDamagedError(`unknown key ${key.toString('hex')}`);
}

/** Appends the checksum. */
export function seal(key: Uint8Array, payload: Uint8Array): Uint8Array {
  const value = Buffer.allocUnsafe(payload.length + CHECKSUM_BYTES);
  value.set(payload);
  value.writeUInt32BE(checksum(key, payload), payload.length);
  return value;
}

/** Takes the checksum off. @throws StoreDamagedError when it is wrong */
export function unseal(key: Uint8Array, value: Uint8Array): Uint8Array {
  if (value.length < CHECKSUM_BYTES) throw new StoreDamagedError(`value of key ${hex(key)} is cut short`);
  const payload = value.subarray(0, value.length - CHECKSUM_BYTES);
  const stored = new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(payload.length);
  if (stored !== checksum(key, payload)) throw new StoreDamagedError(`value of key ${hex(key)} has a wrong checksum`);
  return payload;
}

/** Figures one after the other, in the order of FIGURE_NAMES. */
export function encodeFigures(...all: readonly Figures[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(FIGURES_BYTES * all.length);
  let at = 0;
  for (const figures of all) for (const name of FIGURE_NAMES) at = bytes.writeDoubleBE(figures[name], at);
  return bytes;
}

/** @throws StoreDamagedError when the length is not that of `count` figures */
export function decodeFigures(payload: Uint8Array, count: number): MutableFigures[] {
  if (payload.length !== FIGURES_BYTES * count)
    throw new StoreDamagedError(`figures of ${payload.length} bytes instead of ${FIGURES_BYTES * count}`);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return Array.from({ length: count }, (_, index) => {
    const figures = zeroFigures();
    FIGURE_NAMES.forEach((name, column) => (figures[name] = view.getFloat64(FIGURES_BYTES * index + 8 * column)));
    return figures;
  });
}

function checksum(key: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, crc32(key));
}

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}
