import { figuresOf, HoppingWindows, type PartitionWindows, type PartitionWindowsOptions } from '@orderpulse/windowing';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TOPIC = 'FakeEcommOrders';
export const windows = new HoppingWindows();
export const windowsOptions: PartitionWindowsOptions = { windows, deduplicate: true };

/** A new folder under the system's folder for temporary files. */
export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'state-store-'));
}

/** Reads `count` events into the partition, numbered from `from`: mostly in order, some late, some twice, some dead. */
export function readEvents(partition: PartitionWindows, from: number, count: number, baseMs = 1_700_000_000_000): void {
  for (let n = from; n < from + count; n++) {
    if (n % 53 === 52) {
      partition.readDeadLetter();
      continue;
    }
    const id = n % 17 === 16 ? n - 3 : n;
    const eventTimeMs = baseMs + n * 900 - (n % 11 === 10 ? 400_000 : 0);
    const figures = figuresOf({
      event_type: 'order.created',
      revenue_cents: n * 7 + 1,
      fraud_flag: n % 3 === 0,
      delivered: 'no',
      refunded: 'no',
    });
    partition.read({ eventId: `event-${id}`, eventTimeMs, figures });
  }
}
