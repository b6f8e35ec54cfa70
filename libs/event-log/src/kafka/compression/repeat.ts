/** Writes `length` bytes at `at` that repeat those `distance` before; what is repeated may be what is being written. */
export function repeat(bytes: Buffer, at: number, distance: number, length: number): void {
  const from = at - distance;
  if (distance === 0 || from < 0) throw new RangeError('a copy from before the beginning');
  if (distance >= length) bytes.copyWithin(at, from, from + length);
  else for (let index = 0; index < length; index += 1) bytes[at + index] = bytes[from + index] as number;
}
