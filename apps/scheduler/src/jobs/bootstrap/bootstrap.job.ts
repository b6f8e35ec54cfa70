import { Inject, Injectable } from '@nestjs/common';
import { EVENT_LOG, type EventLog, type EventLogAdmin } from '@orderpulse/event-log';
import { OLAP_ADMIN, type OlapAdmin } from '@orderpulse/olap-store';
import { Clock, CONFIG } from '@orderpulse/service-kit';
import type { SchedulerConfig } from '../../config';
import { type ServiceName, ServicesClient } from '../../engines/services.client';
import { declaredTopics } from '../../engines/topics';
import type { Step } from '../../graph/step';
import { describeChanges } from '../changes';
import type { JobDefinition } from '../job';
import { NotYetError } from '../not-yet.error';

/** An overview this much off the clock is not live. */
const FRESH_MS = 5_000;

const READY_STEPS: Readonly<Record<ServiceName, string>> = {
  'order-api': 'probe-order-api',
  'order-producer': 'probe-order-producer',
  'window-aggregator': 'probe-window-aggregator',
  'query-gateway': 'probe-query-gateway',
};

/**
 * Brings everything up that the services need, and sees the pipeline live. Each step is gated by a probe of what it
 * needs, so it does not matter what is started first; a second run finds everything in place and changes nothing.
 */
@Injectable()
export class BootstrapJob implements JobDefinition {
  readonly name = 'bootstrap';
  readonly description = 'Creates topics and tables, and waits until every service is ready and the figures are live';
  readonly cron = null;
  readonly needsBootstrap = false;
  readonly retryFailedAfterMs: number;
  private readonly log: EventLogAdmin;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(OLAP_ADMIN) private readonly olap: OlapAdmin,
    private readonly services: ServicesClient,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: SchedulerConfig,
  ) {
    this.log = eventLog.admin();
    this.retryFailedAfterMs = config.BOOTSTRAP_RETRY_MS;
  }

  steps(): Step[] {
    return [
      { name: 'probe-log', dependsOn: [], run: () => this.probeLog() },
      { name: 'ensure-topics', dependsOn: ['probe-log'], run: () => this.ensureTopics() },
      { name: 'probe-topics', dependsOn: ['ensure-topics'], run: () => this.probeTopics() },
      { name: 'probe-olap', dependsOn: [], run: () => this.olap.version() },
      // A table that reads the topic by itself must find it.
      { name: 'ensure-tables', dependsOn: ['probe-topics', 'probe-olap'], run: () => this.ensureTables() },
      { name: 'probe-tables', dependsOn: ['ensure-tables'], run: () => this.probeTables() },
      this.readyStep('order-api', []),
      this.readyStep('order-producer', ['probe-topics']),
      this.readyStep('window-aggregator', ['probe-topics']),
      this.readyStep('query-gateway', ['probe-tables']),
      { name: 'pipeline-live', dependsOn: Object.values(READY_STEPS), run: () => this.probeLive() },
    ];
  }

  private readyStep(service: ServiceName, dependsOn: readonly string[]): Step {
    return {
      name: READY_STEPS[service],
      dependsOn,
      run: async () => {
        await this.services.ready(service);
        return `${service} is ready`;
      },
    };
  }

  private async probeLog(): Promise<string> {
    await this.log.ping();
    return 'the event log answers';
  }

  private async ensureTopics(): Promise<string> {
    const specs = declaredTopics(this.config.TOPIC_REPLICATION_FACTOR);
    return describeChanges(`${specs.length} topics`, await this.log.ensureTopics(specs));
  }

  private async probeTopics(): Promise<string> {
    for (const spec of declaredTopics(this.config.TOPIC_REPLICATION_FACTOR)) {
      const partitions = await this.log.partitionCount(spec.name);
      if (partitions === null) throw new NotYetError(`topic ${spec.name} is not there yet`);
      if (partitions < spec.partitions) throw new NotYetError(`topic ${spec.name} has ${partitions} of ${spec.partitions} partitions`);
    }
    return 'every topic has its partitions';
  }

  private async ensureTables(): Promise<string> {
    return describeChanges('the tables', await this.olap.ensureTables());
  }

  private async probeTables(): Promise<string> {
    await this.olap.probeTables();
    return 'the tables can be queried';
  }

  private async probeLive(): Promise<string> {
    const { meta } = await this.services.overview('stores');
    if (meta.source !== 'stores') throw new NotYetError(`the overview comes from ${meta.source}, not from the window stores`);
    if (meta.partial) throw new NotYetError('the overview is partial: not every partition answers yet');
    const offMs = Math.abs(this.clock.now() - meta.asOf);
    if (offMs > FRESH_MS) throw new NotYetError(`the overview is ${Math.round(offMs / 1000)} s off the clock`);
    return `the overview is live as of ${new Date(meta.asOf).toISOString()}`;
  }
}
