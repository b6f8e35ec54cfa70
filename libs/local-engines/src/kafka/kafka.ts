import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { awaitReady } from '../await-ready';
import { EngineRun } from '../engine-run';
import type { FetchOptions } from '../jvm/fetch';
import { propertiesText } from '../jvm/properties';
import { claimPort, LOOPBACK } from '../ports';
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
  /** Name of the cluster that new storage is formatted for: 16 bytes as base64url. Default: random. */
  clusterId?: string;
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
export function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const { heapMb = 512, startTimeoutMs = 90_000, signal, clusterId = randomUuid() } = options;
  return EngineRun.begin('kafka', options, KAFKA_STOP_STEPS, async (run) => {
    const { dataDir } = run;
    const logFile = join(dataDir, 'kafka.log');
    const port = await claimPort('kafka', options.port);
    const controllerPort = await claimPort('kafka', options.controllerPort ?? 0, "kafka's controller");
    const program = await findKafka(options.fetch, signal);
    const configFile = join(dataDir, 'server.properties');
    const settings = (logsDir: string): string =>
      nodeSettings({ port, controllerPort, logsDir, settings: options.settings ?? {} });
    const storage = { configFile, logsDir: join(dataDir, 'logs'), logFile, settings };
    await prepareStorage(run, program, storage, clusterId);

    const { exited } = await run.launch({ command: 'java', args: nodeArgs(program, configFile, heapMb), logFile });
    const brokers = `${LOOPBACK}:${port}`;
    const probe = (): Promise<void> => probeKafka(brokers);
    await awaitReady({ engine: 'kafka', probe, exits: [exited], logFile, signal, timeoutMs: startTimeoutMs });
    return { ...run.running(logFile), brokers, port };
  });
}

/** 16 random bytes in the form in which Kafka writes its ids. */
function randomUuid(): string {
  return randomBytes(16).toString('base64url');
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
