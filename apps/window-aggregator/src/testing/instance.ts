import { Logger } from '@nestjs/common';
import { OrderFactsReader } from '@orderpulse/contracts';
import { createEventLog, type MemoryBroker } from '@orderpulse/event-log';
import { Clock } from '@orderpulse/service-kit';
import { LevelDatabase, StoreDirectory } from '@orderpulse/state-store';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregatorSettings, type AggregatorConfig } from '../config';
import { Alarms } from '../partitions/alarms';
import { LogMonitor } from '../partitions/log-monitor';
import { PartitionOpener } from '../partitions/partition-opener';
import { PartitionViews } from '../partitions/partition-views';
import { PartitionsService } from '../partitions/partitions.service';
import { windowsOptions } from '../partitions/windows';
import { SnapshotFollower } from '../snapshots/snapshot-follower';
import { SnapshotLog } from '../snapshots/snapshot-log';
import { crashingLog, CrashingDatabase, CrashPlan, NotedErrors } from './crashes';
import { MemoryStoreDirectory, type MemoryDisk } from './memory-stores';

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
  readonly follower: SnapshotFollower;
  readonly views: PartitionViews;
  readonly monitor: LogMonitor;
  readonly alarms: Alarms;
  readonly fatal: NotedErrors;
  readonly plan: CrashPlan;
}

export interface InstanceOptions {
  readonly broker: MemoryBroker;
  /** Folder for stores on LevelDB, or a disk in memory. */
  readonly directory: string | MemoryDisk;
  readonly clock: Clock;
  readonly plan?: CrashPlan;
  readonly config?: Partial<AggregatorConfig>;
}

const DEFAULT_CONFIG: AggregatorConfig = { ...aggregatorSettings.parse({}), CHECKPOINT_INTERVAL_MS: 1_000_000 };

/** Serves all instances: making one costs more than a whole life of the tests. */
const READER = new OrderFactsReader({ groupKeys: true });

/** Makes an instance on stores and a log in memory. Its checkpoints run when the test says so. */
export function createInstance({
  broker,
  directory,
  clock,
  plan = CrashPlan.never(),
  config,
}: InstanceOptions): Instance {
  Logger.overrideLogger(false);
  const settings = { ...DEFAULT_CONFIG, ...config };
  const log = crashingLog(createEventLog({ kind: 'memory', broker }), plan);
  const stores = storesIn(directory, settings, clock, plan);
  const alarms = new Alarms();
  const fatal = new NotedErrors();
  const follower = new SnapshotFollower(settings, log, alarms);
  const snapshots = new SnapshotLog(log, follower, clock);
  const opener = new PartitionOpener(settings, log, stores, snapshots, READER, clock, alarms);
  const partitions = new PartitionsService(settings, opener, follower, fatal);
  const views = new PartitionViews(partitions, follower);
  const monitor = new LogMonitor(log, partitions, views, fatal);
  return { partitions, follower, views, monitor, alarms, fatal, plan };
}

function storesIn(
  directory: string | MemoryDisk,
  config: AggregatorConfig,
  clock: Clock,
  plan: CrashPlan,
): StoreDirectory {
  const now = () => clock.now();
  const windows = windowsOptions(config);
  if (typeof directory !== 'string')
    return new MemoryStoreDirectory({
      disk: directory,
      windows,
      now,
      wrap: (inner) => new CrashingDatabase(inner, plan),
    });
  const database = (path: string) => new CrashingDatabase(new LevelDatabase(path), plan);
  return new StoreDirectory({ directory, windows, now, database });
}

export const liveContext = { isStale: () => false, heartbeat: () => Promise.resolve() };

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'window-aggregator-'));
}
