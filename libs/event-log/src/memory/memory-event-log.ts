import { ExclusiveAppends } from '../core/exclusive-appends';
import { GroupConsumer } from '../core/group-consumer';
import type {
  ConsumerOptions,
  EventLog,
  EventLogAdmin,
  EventLogConsumer,
  EventLogProducer,
  ExclusiveProducer,
} from '../port';
import { MemoryAdmin } from './memory-admin';
import { MemoryBroker } from './memory-broker';
import { MemoryExclusiveWriter } from './memory-exclusive-writer';
import { MemoryProducer } from './memory-producer';
import { MemorySource } from './memory-source';
import { SpoilingConsumer } from './spoiling-consumer';

/** A log that lives as long as its broker does: for tests. Several of them over one broker stand for several processes. */
export class MemoryEventLog implements EventLog {
  readonly kind = 'memory';
  private readonly source: MemorySource;
  private readonly open = new Set<{ close(): Promise<void> }>();

  constructor(readonly broker: MemoryBroker = new MemoryBroker()) {
    this.source = new MemorySource(broker);
  }

  producer(): EventLogProducer {
    const producer = new MemoryProducer(this.broker);
    this.open.add(producer);
    return producer;
  }

  async exclusiveProducer(name: string): Promise<ExclusiveProducer> {
    const writer = new MemoryExclusiveWriter(this.broker, name);
    const producer = new ExclusiveAppends(writer, (closed) => this.open.delete(closed));
    this.open.add(producer);
    return producer;
  }

  consumer(options: ConsumerOptions): EventLogConsumer {
    const Consumer = options.transientRecords ? SpoilingConsumer : GroupConsumer;
    const consumer = new Consumer(options, this.source, async ({ groupId, events }) =>
      this.broker.group(groupId).join(events),
    );
    this.open.add({ close: () => consumer.stop() });
    return consumer;
  }

  admin(): EventLogAdmin {
    return new MemoryAdmin(this.broker);
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((part) => part.close()));
    this.open.clear();
  }
}
