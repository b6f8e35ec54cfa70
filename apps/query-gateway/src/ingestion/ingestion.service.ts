import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { EVENT_LOG, type EventLog } from '@orderpulse/event-log';
import { OLAP_INGESTER, type OlapIngester } from '@orderpulse/olap-store';
import { delayUnlessAborted, HealthRegistry, messageOf } from '@orderpulse/service-kit';
import { BatchWriter } from './batch-writer';
import { IngestLag } from './ingest-lag';
import { IngestMetrics } from './ingest.metrics';

const GROUP = 'olap-postgres';
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_BATCH_RECORDS = 500;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Keeps the SQL tables filled from the topic, where the engine does not do it by itself. An error ends the consumer and a
 * new one begins after a pause; the rest of the gateway goes on meanwhile and readiness tells why. It is no transport of
 * Nest, as the aggregator's consumption is, because a transport's failure ends the process and the overview must not end.
 */
@Injectable()
export class IngestionService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ingestion');
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private lastNoted: string | undefined;

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(OLAP_INGESTER) private readonly ingester: OlapIngester | null,
    private readonly lag: IngestLag,
    private readonly metrics: IngestMetrics,
    private readonly health: HealthRegistry,
  ) {}

  onApplicationBootstrap(): void {
    const { ingester } = this;
    if (!ingester) return;
    this.lag.troubled('not started yet');
    this.health.register('ingestion', () => {
      const problem = this.lag.problem();
      if (problem !== null) throw new Error(problem);
    });
    this.loop = this.run(ingester);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(ingester: OlapIngester): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted;) {
      const startedMs = performance.now();
      try {
        await this.consumeUntilFailure(ingester, signal);
      } catch (error) {
        this.note(error);
      }
      if (signal.aborted) return;
      this.metrics.restarts.inc();
      // What ran for a while and then broke is a new trouble, not the next failure of an old one.
      failures = performance.now() - startedMs > 10 * LONGEST_PAUSE_MS ? 0 : failures + 1;
      await delayUnlessAborted(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10)), signal);
    }
  }

  private async consumeUntilFailure(ingester: OlapIngester, signal: AbortSignal): Promise<void> {
    const consumer = this.log.consumer({
      groupId: GROUP,
      topics: [ORDERS_TOPIC],
      maxBatchBytes: MAX_BATCH_BYTES,
      maxBatchRecords: MAX_BATCH_RECORDS,
    });
    const admin = this.log.admin();
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<void>((resolve) => {
      onAbort = () => resolve();
      signal.addEventListener('abort', onAbort, { once: true });
    });
    const writer = new BatchWriter(consumer, admin, ingester, this.lag, this.metrics);
    const watch = setInterval(() => this.watch(consumer.status()), 500);
    try {
      const started = consumer.start(writer);
      await Promise.race([started, consumer.failed, aborted]);
      await Promise.race([consumer.failed, aborted]);
    } finally {
      clearInterval(watch);
      if (onAbort) signal.removeEventListener('abort', onAbort);
      await Promise.all([consumer.stop(), admin.close()]);
    }
  }

  private watch(status: { ok: true } | { ok: false; reason: string }): void {
    this.lag.troubled(status.ok ? null : status.reason);
  }

  private note(error: unknown): void {
    const reason = messageOf(error);
    if (reason !== this.lastNoted) this.logger.warn(`filling the SQL tables has stopped and begins again: ${reason}`);
    this.lastNoted = reason;
    this.lag.troubled(reason);
  }
}
