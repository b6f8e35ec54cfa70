import { copyRecord } from '../core/records';
import type { RecordBatch } from '../port';

const SPOILT = 0xdb;

/** Hands out copies of a batch's records and writes over them afterwards, as a log may whose records are transient: who kept one is found out. */
export async function lend(batch: RecordBatch, use: (batch: RecordBatch) => Promise<void>): Promise<void> {
  const records = batch.records.map(copyRecord);
  try {
    await use({ ...batch, records });
  } finally {
    for (const { value, headers } of records)
      for (const bytes of [value, ...Object.values(headers)]) bytes?.fill(SPOILT);
  }
}
