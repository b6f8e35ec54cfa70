import { DEAD_LETTER_TOPIC, LATE_TOPIC, ORDERS_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { createEventLog } from '@orderpulse/event-log';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
// eslint-disable-next-line @nx/enforce-module-boundaries -- the topics are those that the product declares
import { declaredTopics } from '../../../../scheduler/src/engines/topics';

const OWN = [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC];
const GONE_MS = 20_000;
const POLL_MS = 50;

/** The product's topics on a Kafka of one's own: made, and done harm to. */
export class Topics {
  /** How long the records of topics that are made from now on stay; null: as declared. */
  retentionMs: number | null = null;
  private readonly kafka: Kafka;

  constructor(private readonly brokers: string) {
    this.kafka = new Kafka({ brokers: [brokers], clientId: 'faults', logLevel: logLevel.NOTHING });
  }

  /** Deletes topics and makes them again, empty. */
  async makeAgain(names: readonly string[] = OWN): Promise<void> {
    await this.delete(names);
    await this.make(names);
  }

  /** Deletes topics, and waits until the broker has forgotten them. */
  async delete(names: readonly string[]): Promise<void> {
    await this.withAdmin(async (admin) => {
      const there = async (): Promise<string[]> => (await admin.listTopics()).filter((name) => names.includes(name));
      const topics = await there();
      if (topics.length > 0) await admin.deleteTopics({ topics });
      const deadline = performance.now() + GONE_MS;
      while ((await there()).length > 0) {
        if (performance.now() > deadline) throw new Error(`${topics.join()} cannot be deleted`);
        await delay(POLL_MS);
      }
    });
  }

  async make(names: readonly string[]): Promise<void> {
    const { retentionMs } = this;
    const declared = declaredTopics(1).filter(({ name }) => names.includes(name));
    const specs = declared.map((spec) => (retentionMs === null || spec.compacted ? spec : { ...spec, retentionMs }));
    const log = createEventLog({ kind: 'kafka', brokers: [this.brokers] });
    await log.admin().ensureTopics(specs).finally(() => log.close());
  }

  /** Takes the oldest records away: what is left of each partition begins at its offset. */
  async truncate(topic: string, offsets: readonly { partition: number; offset: number }[]): Promise<void> {
    const partitions = offsets.map(({ partition, offset }) => ({ partition, offset: String(offset) }));
    await this.withAdmin(async (admin) => {
      // The client deletes records of topics only that it has looked up.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions });
    });
  }

  private async withAdmin(use: (admin: Admin) => Promise<void>): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    await use(admin).finally(() => admin.disconnect());
  }
}
