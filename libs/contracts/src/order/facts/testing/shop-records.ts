import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Values of records as the shop writes them, byte for byte: five created orders (of several items, fraudulent, with two
 * coupons, a subscription in another currency, unpaid), an updated, a delivered and a refunded one, and a replayed purchase.
 */
export const SHOP_RECORDS: readonly Buffer[] = readFileSync(join(__dirname, 'shop-records.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => Buffer.from(line));
