import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { awaitReady, checkAborted } from '../await-ready';
import type { FetchOptions } from '../jvm/fetch';
import { propertiesText } from '../jvm/properties';
import { followLog, rotateLog } from '../log-file';
import { recordProcesses, release, takeOver } from '../owner';
import { claimPort, LOOPBACK } from '../ports';
import { spawnEngine, stopProcess } from '../process';
import type { EngineStartOptions, RunningEngine } from '../running-engine';
import { probeKafka } from './probe';
import { findKafka, KAFKA_STOP_STEPS, nodeArgs } from './program';
import { prepareStorage } from './storage';

/** Options of {@link startKafka}. */
export interface KafkaOptions extends EngineStartOptions {
  /** TCP port of the broker on loopback; 0 takes a free one. */
  port: number;
  /** TCP port of the controller's own traffic on loopback. Default: a free one. */
  controllerPort?: number;
  /** Upper bound of the Java heap in MiB. Default: 512. */
  heapMb?: number;
  /** Broker settings over those of infra/engines/kafka/server.properties. */
  settings?: Readonly<Record<string, string>>;
  /** How the jars are fetched when they are not here yet. */
  fetch?: FetchOptions;
}

/** A Kafka node that answers. */
export interface RunningKafka extends RunningEngine {
  /** `127.0.0.1:port` */
  brokers: string;
  port: number;
}

/**
 * Starts one Kafka node (broker and KRaft controller) on `dataDir`, formatting it at the first start. A node left
 * behind by a killed process is stopped first.
 * @throws EngineError PORT_IN_USE, ALREADY_RUNNING, JAVA_MISSING, MAVEN_MISSING, FETCH_FAILED, START_FAILED,
 * START_TIMEOUT, START_ABORTED
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const { heapMb = 512, startTimeoutMs = 90_000, signal } = options;
  const dataDir = resolve(options.dataDir);
  const logFile = join(dataDir, 'kafka.log');
  await mkdir(dataDir, { recursive: true });
  await takeOver('kafka', dataDir, KAFKA_STOP_STEPS);
  const port = await claimPort('kafka', options.port);
  const controllerPort = await claimPort('kafka', options.controllerPort ?? 0, "kafka's controller");
  const program = await findKafka(options.fetch, signal);
  await rotateLog(logFile);
  const configFile = join(dataDir, 'server.properties');
  const settings = (logsDir: string): string =>
    nodeSettings({ port, controllerPort, logsDir, settings: options.settings ?? {} });
  const clusterId = randomBytes(16).toString('base64url');
  await prepareStorage(program, { configFile, logsDir: join(dataDir, 'logs'), settings }, clusterId);

  checkAborted('kafka', signal);
  const stopFollowing = options.onLog && (await followLog(logFile, options.onLog));
  const child = await spawnEngine({
    command: 'java',
    args: nodeArgs(program, configFile, heapMb),
    cwd: dataDir,
    logFile,
  });
  const stop = async (): Promise<void> => {
    await stopProcess(child.pid, KAFKA_STOP_STEPS);
    await child.exited;
    await release(dataDir);
    await stopFollowing?.();
  };
  try {
    await recordProcesses('kafka', dataDir, [child.pid]);
    const brokers = `${LOOPBACK}:${port}`;
    const probe = (): Promise<void> => probeKafka(brokers);
    await awaitReady({ engine: 'kafka', probe, exits: [child.exited], logFile, signal, timeoutMs: startTimeoutMs });
    let stopping: Promise<void> | undefined;
    return {
      name: 'kafka',
      pids: [child.pid],
      brokers,
      port,
      logFile,
      exited: child.exited,
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What differs between one node and another. */
interface NodeSettings {
  port: number;
  controllerPort: number;
  logsDir: string;
  settings: Readonly<Record<string, string>>;
}

/** The lines added to server.properties for this node; the caller's settings come last and win. */
export function nodeSettings({ port, controllerPort, logsDir, settings }: NodeSettings): string {
  return `\n# Added at start.\n${propertiesText({
    'node.id': 1,
    'controller.quorum.voters': `1@${LOOPBACK}:${controllerPort}`,
    listeners: `PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port}`,
    'log.dirs': logsDir,
    ...settings,
  })}`;
}
