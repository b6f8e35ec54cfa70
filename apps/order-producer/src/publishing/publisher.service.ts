import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ORDERS_TOPIC, type ProducerStatus } from '@orderpulse/contracts';
import { EVENT_LOG, type EventLog, type EventLogAdmin } from '@orderpulse/event-log';
import { delayUnlessAborted, HealthRegistry, messageOf, MetricsRegistry } from '@orderpulse/service-kit';
import { Counter, Gauge } from 'prom-client';
import { setTimeout as delay } from 'node:timers/promises';
import { OrderFeed } from '../feed/order-feed';
import { Publisher, type Stage, type StepResult } from './publisher';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1_000;
/** A running append is waited for so long at a stop. */
const STOP_WAIT_MS = 5_000;

const STAGE_CHECKS: Readonly<Record<Stage, string>> = { topic: 'topic', feed: 'order-api', append: 'publishing' };

/** Keeps the publisher going for as long as the service runs, and says how it is doing. */
@Injectable()
export class PublisherService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('publisher');
  private readonly stopping = new AbortController();
  private readonly admin: EventLogAdmin;
  private readonly publisher: Publisher;
  private readonly totals: StepResult = { published: 0, skipped: 0, gap: 0 };
  private readonly counters: Readonly<Record<keyof StepResult, Counter>>;
  /** Stage → why it does not work. */
  private readonly troubles = new Map<Stage, string>([['feed', 'the order API has not answered yet']]);
  private hasStarted = false;
  private running: Promise<void> | undefined;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(OrderFeed) feed: OrderFeed,
    @Inject(HealthRegistry) health: HealthRegistry,
    @Inject(MetricsRegistry) metrics: MetricsRegistry,
  ) {
    this.admin = eventLog.admin();
    this.publisher = new Publisher({ topic: ORDERS_TOPIC, feed, admin: this.admin, producer: eventLog.producer() });
    health.register(STAGE_CHECKS.topic, async () => {
      const partitions = await this.admin.partitionCount(ORDERS_TOPIC);
      if (partitions === null) throw new Error(`there is no topic ${ORDERS_TOPIC} yet`);
      this.failIfTroubled('topic');
    });
    health.register(STAGE_CHECKS.feed, () => this.failIfTroubled('feed'));
    health.register(STAGE_CHECKS.append, () => this.failIfTroubled('append'));
    const registers = [metrics.registry];
    this.counters = {
      published: new Counter({
        name: 'producer_events_published_total',
        help: 'Events appended to the topic',
        registers,
      }),
      skipped: new Counter({
        name: 'producer_events_skipped_total',
        help: 'Events found on the topic already',
        registers,
      }),
      gap: new Counter({ name: 'producer_events_lost_total', help: 'Events that the feed no longer had', registers }),
    };
    const status = (): ProducerStatus => this.status();
    new Gauge({
      name: 'producer_lag_events',
      help: 'Events of the feed not yet on the topic',
      registers,
      collect() {
        this.set(status().lag ?? 0);
      },
    });
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    this.publisher.stop();
    await Promise.race([this.running, delay(STOP_WAIT_MS, undefined, { ref: false })]);
  }

  status(): ProducerStatus {
    const { cursor, latestSequence } = this.publisher;
    const lag = cursor === null || latestSequence === null ? null : Math.max(0, latestSequence - cursor);
    const [trouble] = this.troubles.values();
    return {
      state: this.state(lag),
      cursor,
      latestSequence,
      lag,
      ...this.totals,
      lastError: this.hasStarted ? (trouble ?? null) : null,
    };
  }

  private state(lag: number | null): ProducerStatus['state'] {
    if (!this.hasStarted) return 'starting';
    if (this.publisher.cursor === null) return 'recovering';
    return lag === 0 ? 'waiting' : 'publishing';
  }

  private failIfTroubled(stage: Stage): void {
    const trouble = this.troubles.get(stage);
    if (trouble !== undefined) throw new Error(trouble);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let waitMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        this.count(await this.publisher.step(signal));
        this.troubles.clear();
        waitMs = FIRST_RETRY_MS;
      } catch (error) {
        if (signal.aborted) return;
        this.note(this.publisher.stage, error);
        await delayUnlessAborted(waitMs, signal);
        waitMs = Math.min(waitMs * 2, LAST_RETRY_MS);
      }
      this.hasStarted = true;
    }
  }

  private count(result: StepResult): void {
    for (const key of ['published', 'skipped', 'gap'] as const) {
      this.totals[key] += result[key];
      this.counters[key].inc(result[key]);
    }
    if (result.gap > 0)
      this.logger.error(
        `${result.gap} events are lost: retention had removed them from the feed before they were published`,
      );
  }

  private note(stage: Stage, error: unknown): void {
    const reason = messageOf(error);
    if (this.troubles.get(stage) !== reason) this.logger.warn(`${STAGE_CHECKS[stage]}: ${reason}`);
    if (stage !== 'topic') this.troubles.delete('topic');
    if (stage === 'append') this.troubles.delete('feed');
    this.troubles.set(stage, reason);
  }
}
