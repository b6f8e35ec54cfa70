import { Inject, Injectable } from '@nestjs/common';
import { EVENT_LOG, type EventLog, type EventLogAdmin } from '@orderpulse/event-log';
import { OLAP_ADMIN, type OlapAdmin } from '@orderpulse/olap-store';
import { Clock, CONFIG } from '@orderpulse/service-kit';
import type { SchedulerConfig } from '../../config';
import { declaredTopics } from '../../engines/topics';
import type { Step } from '../../graph/step';
import { RunRepository } from '../../runs/run.repository';
import { describeChanges } from '../changes';
import type { JobDefinition } from '../job';

const DAY_MS = 24 * 3_600_000;
/** The next run comes soon; waiting longer for an engine would only delay it. */
const GIVE_UP_AFTER_MS = 60_000;

/** Keeps history bounded: rows of the SQL tables, records of the topics (their declared retention), finished runs. */
@Injectable()
export class RetentionJob implements JobDefinition {
  readonly name = 'retention';
  readonly description = 'Removes old rows and finished runs, and puts the declared retention of the topics back';
  readonly cron: string;
  readonly needsBootstrap = true;
  readonly retryFailedAfterMs = null;
  private readonly log: EventLogAdmin;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    @Inject(OLAP_ADMIN) private readonly olap: OlapAdmin,
    private readonly runs: RunRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: SchedulerConfig,
  ) {
    this.log = eventLog.admin();
    this.cron = config.RETENTION_CRON;
  }

  steps(): Step[] {
    const step = (name: string, run: () => Promise<string>): Step => ({ name, dependsOn: [], run, giveUpAfterMs: GIVE_UP_AFTER_MS });
    return [
      step('sql-rows', () => this.removeRows()),
      step('topic-retention', () => this.applyTopics()),
      step('run-history', () => this.pruneRuns()),
    ];
  }

  private async removeRows(): Promise<string> {
    const removed = await this.olap.applyRetention(this.clock.now());
    const old = `older than ${this.config.SQL_RETENTION_HOURS} h`;
    return removed === null ? `${this.config.OLAP_STORE} drops segments ${old} by itself` : `removed ${removed} rows ${old}`;
  }

  private async applyTopics(): Promise<string> {
    const specs = declaredTopics(this.config.TOPIC_REPLICATION_FACTOR);
    return describeChanges(`${specs.length} topics`, await this.log.ensureTopics(specs));
  }

  private async pruneRuns(): Promise<string> {
    const removed = await this.runs.prune(new Date(this.clock.now() - this.config.HISTORY_DAYS * DAY_MS));
    return `removed ${removed} runs older than ${this.config.HISTORY_DAYS} days`;
  }
}
