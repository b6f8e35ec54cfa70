import { createHash } from 'node:crypto';

/** A stable 32-bit hash of a text (FNV-1a over UTF-16 units, mixed at the end), 0 to 2^32 − 1. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The id of an order's event: a UUID (version 5 layout) made from order id and version. The same version of the same
 * order has the same id however often it is made, so a doubled event cannot hide behind a new id.
 */
export function eventIdOf(orderId: string, version: number): string {
  const hex = createHash('sha1').update(`orderpulse/${version}/${orderId}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
