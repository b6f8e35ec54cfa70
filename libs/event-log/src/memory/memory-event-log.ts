import { GroupConsumer } from '../core/group-consumer';
import type { ConsumerOptions, EventLog, EventLogAdmin, EventLogConsumer, EventLogProducer } from '../port';
import { MemoryAdmin } from './memory-admin';
import { MemoryBroker } from './memory-broker';
import { MemoryProducer } from './memory-producer';
import { MemorySource } from './memory-source';

/** A log that lives as long as its broker does: for tests. Several of them over one broker stand for several processes. */
export class MemoryEventLog implements EventLog {
  readonly kind = 'memory';
  private readonly source: MemorySource;
  private readonly open: { close(): Promise<void> }[] = [];

  constructor(readonly broker: MemoryBroker = new MemoryBroker()) {
    this.source = new MemorySource(broker);
  }

  producer(): EventLogProducer {
    const producer = new MemoryProducer(this.broker);
    this.open.push(producer);
    return producer;
  }

  consumer(options: ConsumerOptions): EventLogConsumer {
    const consumer = new GroupConsumer(options, this.source, async ({ groupId, events }) =>
      this.broker.group(groupId).join(events),
    );
    this.open.push({ close: () => consumer.stop() });
    return consumer;
  }

  admin(): EventLogAdmin {
    return new MemoryAdmin(this.broker);
  }

  async close(): Promise<void> {
    await Promise.all(this.open.splice(0).map((part) => part.close()));
  }
}
