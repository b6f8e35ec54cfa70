import { createEventLog, type MemoryBroker } from '@orderpulse/event-log';
import { StoreDirectory } from '@orderpulse/state-store';
import { Logger } from '@nestjs/common';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../clock';
import { aggregatorSettings, type AggregatorConfig } from '../config';
import { Alarms } from '../partitions/alarms';
import { PartitionOpener } from '../partitions/partition-opener';
import { PartitionsService } from '../partitions/partitions.service';
import { WINDOWS } from '../partitions/windows';
import { crashingLog, CrashingDatabase, CrashPlan, NotedErrors } from './crashes';

/** A clock that stands until it is set. */
export class TestClock extends Clock {
  constructor(public timeMs: number) {
    super();
  }

  override now(): number {
    return this.timeMs;
  }
}

/** The parts of one process that read, keep and store, without Nest around them. */
export interface Instance {
  readonly partitions: PartitionsService;
  readonly alarms: Alarms;
  readonly fatal: NotedErrors;
  readonly plan: CrashPlan;
}

export interface InstanceOptions {
  readonly broker: MemoryBroker;
  readonly directory: string;
  readonly clock: Clock;
  readonly plan?: CrashPlan;
  readonly config?: Partial<AggregatorConfig>;
}

/** Makes an instance on a folder of stores and a log in memory. Its checkpoints run when the test says so. */
export function createInstance({
  broker,
  directory,
  clock,
  plan = CrashPlan.never(),
  config,
}: InstanceOptions): Instance {
  Logger.overrideLogger(false);
  const settings: AggregatorConfig = {
    ...aggregatorSettings.parse({}),
    CHECKPOINT_INTERVAL_MS: 1_000_000,
    ...config,
  };
  const log = crashingLog(createEventLog({ kind: 'memory', broker }), plan);
  const stores = new StoreDirectory({
    directory,
    windows: WINDOWS,
    now: () => clock.now(),
    database: (path) => new CrashingDatabase(path, plan),
  });
  const alarms = new Alarms();
  const fatal = new NotedErrors();
  const partitions = new PartitionsService(settings, new PartitionOpener(settings, log, stores, clock, alarms), fatal);
  return { partitions, alarms, fatal, plan };
}

export const liveContext = { isStale: () => false, heartbeat: () => Promise.resolve() };

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'window-aggregator-'));
}
