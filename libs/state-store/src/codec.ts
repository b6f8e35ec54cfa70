import { FIGURE_NAMES, zeroFigures, type Slice } from '@orderpulse/windowing';
import { crc32 } from 'node:zlib';
import { StoreDamagedError } from './errors';

/**
 * Key schema, big-endian so that byte order is numeric order:
 * - `00`                                    the checkpoint summary, JSON
 * - `01 slot:u16`                           one slot of the slice ring: slice f64, then one f64 per figure
 * - `02 bucket:u32 sequence:u48`            event ids added to a bucket by the checkpoint of that number, 16 bytes each
 *
 * Every value ends in the CRC-32 of key and value, so that neither can change unnoticed or trade places.
 */
export const SUMMARY_KEY = Uint8Array.of(0);

/** Slots that a slot key can number. */
export const MAX_SLOTS = 2 ** 16;

const SLOT_PREFIX = 1;
const SEEN_PREFIX = 2;
const SLOT_KEY_BYTES = 3;
const SEEN_KEY_BYTES = 11;
const CHECKSUM_BYTES = 4;
const SLICE_BYTES = 8 * (1 + FIGURE_NAMES.length);

/** What a key stands for. */
export type DecodedKey =
  { kind: 'summary' } | { kind: 'slot'; slot: number } | { kind: 'seen'; bucket: number; sequence: number };

export function slotKey(slot: number): Uint8Array {
  const key = Buffer.alloc(SLOT_KEY_BYTES);
  key.writeUInt8(SLOT_PREFIX);
  key.writeUInt16BE(slot, 1);
  return key;
}

export function seenKey(bucket: number, sequence: number): Uint8Array {
  const key = Buffer.alloc(SEEN_KEY_BYTES);
  key.writeUInt8(SEEN_PREFIX);
  key.writeUInt32BE(bucket, 1);
  key.writeUIntBE(sequence, 5, 6);
  return key;
}

/** @throws StoreDamagedError for a key that no version of this store writes */
export function decodeKey(bytes: Uint8Array): DecodedKey {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (key.length === 1 && key[0] === 0) return { kind: 'summary' };
  if (key.length === SLOT_KEY_BYTES && key[0] === SLOT_PREFIX) return { kind: 'slot', slot: key.readUInt16BE(1) };
  if (key.length === SEEN_KEY_BYTES && key[0] === SEEN_PREFIX) {
    return { kind: 'seen', bucket: key.readUInt32BE(1), sequence: key.readUIntBE(5, 6) };
  }
  throw new StoreDamagedError(`unknown key ${key.toString('hex')}`);
}

/** Appends the checksum. */
export function seal(key: Uint8Array, payload: Uint8Array): Uint8Array {
  const value = Buffer.alloc(payload.length + CHECKSUM_BYTES);
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

export function encodeSlice({ slice, figures }: Slice): Uint8Array {
  const bytes = Buffer.alloc(SLICE_BYTES);
  bytes.writeDoubleBE(slice);
  FIGURE_NAMES.forEach((name, column) => bytes.writeDoubleBE(figures[name], 8 * (1 + column)));
  return bytes;
}

/** @throws StoreDamagedError when the length is not a slice's */
export function decodeSlice(payload: Uint8Array): Slice {
  if (payload.length !== SLICE_BYTES)
    throw new StoreDamagedError(`a slice of ${payload.length} bytes instead of ${SLICE_BYTES}`);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const figures = zeroFigures();
  FIGURE_NAMES.forEach((name, column) => (figures[name] = view.getFloat64(8 * (1 + column))));
  return { slice: view.getFloat64(0), figures };
}

function checksum(key: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, crc32(key));
}

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}
