import { SerialQueue } from '../core/serial-queue';
import { LogUnavailableError } from '../errors';
import type { EventLogProducer, NewRecord } from '../port';
import type { MemoryBroker } from './memory-broker';

/** Appends to a log in memory. */
export class MemoryProducer implements EventLogProducer {
  private readonly queue = new SerialQueue();
  private closed = false;

  constructor(private readonly broker: MemoryBroker) {}

  append(topic: string, records: readonly NewRecord[]): Promise<void> {
    return this.queue.run(async () => {
      if (this.closed) throw new LogUnavailableError('The producer is closed');
      this.broker.append(topic, records);
    });
  }

  async close(): Promise<void> {
    await this.queue.idle();
    this.closed = true;
  }
}
