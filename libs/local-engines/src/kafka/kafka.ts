import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { awaitReady, checkAborted } from '../await-ready';
import { EngineError } from '../errors';
import { fetchEngine, type FetchOptions } from '../jvm/fetch';
import { javaArgs, requireJava } from '../jvm/java';
import { propertiesText } from '../jvm/properties';
import { engineFolder } from '../jvm/workspace';
import { followLog, rotateLog } from '../log-file';
import { recordProcesses, release, takeOver } from '../owner';
import { claimPort, LOOPBACK } from '../ports';
import { spawnEngine, stopProcess, type StopStep } from '../process';
import type { EngineStartOptions, RunningEngine } from '../running-engine';

const execFileAsync = promisify(execFile);

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

/** On SIGTERM the broker closes its logs cleanly; killed, it checks them at the next start. */
const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 6_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
];

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
  await takeOver('kafka', dataDir, STOP_STEPS);
  const port = await claimPort('kafka', options.port);
  const controllerPort = await claimPort('kafka', options.controllerPort ?? 0, "kafka's controller");
  await requireJava('kafka');
  const classpathDir = await fetchEngine('kafka', { ...options.fetch, signal });
  const definitionDir = options.fetch?.definitionDir ?? engineFolder('kafka');
  await rotateLog(logFile);

  const files: NodeFiles = { configFile: join(dataDir, 'server.properties'), logsDir: join(dataDir, 'logs') };
  const template = await readFile(join(definitionDir, 'server.properties'), 'utf8');
  const settings = options.settings ?? {};
  await writeFile(
    files.configFile,
    template + nodeSettings({ port, controllerPort, logsDir: files.logsDir, settings }),
  );
  const jvmArgs = [`-Dlog4j2.configurationFile=${join(definitionDir, 'log4j2.properties')}`];
  if (!existsSync(files.logsDir))
    await format(files, template, { port, controllerPort, classpathDir, jvmArgs, settings });

  checkAborted('kafka', signal);
  const stopFollowing = options.onLog && (await followLog(logFile, options.onLog));
  const args = javaArgs({ mainClass: 'kafka.Kafka', args: [files.configFile], classpathDir, heapMb, jvmArgs });
  const child = await spawnEngine({ command: 'java', args, cwd: dataDir, logFile });
  const stop = async (): Promise<void> => {
    await stopProcess(child.pid, STOP_STEPS);
    await child.exited;
    await release(dataDir);
    await stopFollowing?.();
  };
  try {
    await recordProcesses('kafka', dataDir, [child.pid]);
    const brokers = `${LOOPBACK}:${port}`;
    const probe = (): Promise<void> => describeCluster(brokers);
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

interface NodeFiles {
  configFile: string;
  logsDir: string;
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

interface FormatOptions extends Omit<NodeSettings, 'logsDir'> {
  classpathDir: string;
  jvmArgs: readonly string[];
}

/** Formats the storage beside its final place and moves it there, so that an interrupted format is done again. */
async function format(files: NodeFiles, template: string, options: FormatOptions): Promise<void> {
  const fresh = `${files.logsDir}.new`;
  const configFile = `${files.configFile}.new`;
  await rm(fresh, { recursive: true, force: true });
  await writeFile(configFile, template + nodeSettings({ ...options, logsDir: fresh }));
  const { classpathDir, jvmArgs } = options;
  const mainClass = 'kafka.tools.StorageTool';
  const args = ['format', '--cluster-id', randomBytes(16).toString('base64url'), '--config', configFile];
  try {
    await execFileAsync('java', javaArgs({ mainClass, args, classpathDir, heapMb: 128, jvmArgs }));
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    throw new EngineError({
      code: 'START_FAILED',
      engine: 'kafka',
      message: `Kafka's storage in ${files.logsDir} could not be formatted: ${stderr?.trim() || message}`,
      cause,
    });
  } finally {
    await rm(configFile, { force: true });
  }
  await rename(fresh, files.logsDir);
}

/** Resolves when the node answers and knows a controller. */
async function describeCluster(brokers: string): Promise<void> {
  const kafka = new Kafka({
    clientId: 'local-engines',
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers: nodes, controller } = await admin.describeCluster();
    if (nodes.length === 0 || controller === null) throw new Error('the node is not registered yet');
  } finally {
    await admin.disconnect();
  }
}
