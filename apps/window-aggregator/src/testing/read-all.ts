import type { INestApplication } from '@nestjs/common';
import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { createEventLog, type MemoryBroker } from '@orderpulse/event-log';
import { lend } from '@orderpulse/event-log/testing';
import { LogMonitor } from '../partitions/log-monitor';
import { PartitionsService } from '../partitions/partitions.service';
import { liveContext } from './instance';

/** Gives an application every partition of the orders topic, and what stands there; it knows the log's ends after it. */
export async function readAll(app: INestApplication, broker: MemoryBroker): Promise<void> {
  const partitions = app.get(PartitionsService);
  const admin = createEventLog({ kind: 'memory', broker }).admin();
  for (const { partition } of await admin.bounds(ORDERS_TOPIC)) {
    await partitions.onAssigned(ORDERS_TOPIC, partition);
    const offset = partitions.get(partition)?.worker.nextOffset ?? 0;
    const batch = await admin.read(ORDERS_TOPIC, partition, offset, 10_000);
    await lend(batch, (lent) => partitions.onBatch(lent, liveContext));
  }
  await app.get(LogMonitor).look();
}
