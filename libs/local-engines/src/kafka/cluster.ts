import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { awaitReady, checkAborted } from '../await-ready';
import type { FetchOptions } from '../jvm/fetch';
import { recordProcesses, release, takeOver } from '../owner';
import { LOOPBACK } from '../ports';
import { sendSignal, spawnEngine, stopProcess, type EngineProcess } from '../process';
import type { EngineStartOptions } from '../running-engine';
import {
  BROKER_IDS,
  type BrokerId,
  claimClusterPorts,
  clusterNodeSettings,
  type ClusterPorts,
  CONTROLLER_ID,
  type NodeId,
} from './cluster-settings';
import { probeKafka } from './probe';
import { findKafka, KAFKA_STOP_STEPS, type KafkaProgram, nodeArgs } from './program';
import { prepareStorage } from './storage';

/** Options of {@link startKafkaCluster}. */
export interface KafkaClusterOptions extends Omit<EngineStartOptions, 'onLog'> {
  /** Upper bound of the Java heap of each node in MiB. Default: 256. */
  heapMb?: number;
  /** Settings of every node over those of infra/engines/kafka/server.properties and the three copies. */
  settings?: Readonly<Record<string, string>>;
  /** How the jars are fetched when they are not here yet. */
  fetch?: FetchOptions;
}

/** A cluster that answers, of which brokers can be lost, held up and brought back. */
export interface RunningKafkaCluster {
  /** `127.0.0.1:port` of every broker, dead ones included; a broker keeps its port. */
  readonly brokers: readonly string[];
  /** The processes that live now. */
  pids(): number[];
  /** Ends a broker with SIGKILL, as a power failure would, and resolves when it is gone. */
  kill(broker: BrokerId): Promise<void>;
  /**
   * Starts a broker that was killed, on its old port and data, and resolves when it belongs to the cluster again; its copies
   * may lag behind. @throws EngineError as {@link startKafkaCluster}
   */
  restart(broker: BrokerId): Promise<void>;
  /** Holds a broker up, as a machine that hangs does: it keeps its connections and answers nothing. */
  pause(broker: BrokerId): void;
  resume(broker: BrokerId): void;
  /** Stops every node and resolves when all are gone. Safe to call more than once. */
  stop(): Promise<void>;
}

/** Nodes may be started in any order and at any time, so they know their cluster by a name that is always the same. */
const CLUSTER_ID = 'b3JkZXJwdWxzZS1sb2NhbA';

/** Eight virtual machines that live for a minute would spend most of their time on compiling well. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1'];

/**
 * Starts one KRaft controller and three brokers on `dataDir`, each with a folder and `kafka.log` of its own, on free ports.
 * Topics have three copies, two of which must be in time for an append. For tests of what a single node cannot show.
 * @throws EngineError PORT_IN_USE, ALREADY_RUNNING, JAVA_MISSING, MAVEN_MISSING, FETCH_FAILED, START_FAILED,
 * START_TIMEOUT, START_ABORTED
 */
export async function startKafkaCluster(options: KafkaClusterOptions): Promise<RunningKafkaCluster> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  await takeOver('kafka', dataDir, KAFKA_STOP_STEPS);
  const program = await findKafka(options.fetch, options.signal);
  const frugal = { ...program, jvmArgs: [...program.jvmArgs, ...SHORT_LIVED] };
  const cluster = new KafkaCluster({ ...options, dataDir }, frugal, await claimClusterPorts());
  try {
    await cluster.start();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

class KafkaCluster implements RunningKafkaCluster {
  /** In the order in which they are stopped: the controller last, since brokers hand their partitions over to it. */
  private readonly nodes = new Map<NodeId, EngineProcess>();
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly options: KafkaClusterOptions,
    private readonly program: KafkaProgram,
    private readonly ports: ClusterPorts,
  ) {}

  get brokers(): readonly string[] {
    return BROKER_IDS.map((id) => this.address(id));
  }

  pids(): number[] {
    return [...this.nodes.values()].map(({ pid }) => pid);
  }

  async start(): Promise<void> {
    const ids: NodeId[] = [...BROKER_IDS, CONTROLLER_ID];
    await Promise.all(ids.map((id) => this.prepare(id)));
    checkAborted('kafka', this.options.signal);
    for (const id of ids) await this.launch(id);
    for (const id of BROKER_IDS) await this.awaitBroker(id);
  }

  async kill(broker: BrokerId): Promise<void> {
    this.signal(broker, 'SIGKILL');
    await this.nodes.get(broker)?.exited;
    this.nodes.delete(broker);
    await this.record();
  }

  async restart(broker: BrokerId): Promise<void> {
    await this.kill(broker);
    await this.launch(broker);
    await this.awaitBroker(broker);
  }

  pause(broker: BrokerId): void {
    this.signal(broker, 'SIGSTOP');
  }

  resume(broker: BrokerId): void {
    this.signal(broker, 'SIGCONT');
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private signal(broker: BrokerId, signal: NodeJS.Signals): void {
    const node = this.nodes.get(broker);
    if (node) sendSignal(node.pid, signal);
  }

  private async end(): Promise<void> {
    for (const broker of BROKER_IDS) this.resume(broker);
    const controller = this.nodes.get(CONTROLLER_ID);
    this.nodes.delete(CONTROLLER_ID);
    await Promise.all([...this.nodes.values()].map(halt));
    if (controller) await halt(controller);
    this.nodes.clear();
    await release(this.options.dataDir);
  }

  private async prepare(id: NodeId): Promise<void> {
    const dir = this.dirOf(id);
    await mkdir(dir, { recursive: true });
    const settings = (logsDir: string): string => clusterNodeSettings(id, this.ports, logsDir, this.options.settings);
    const storage = { configFile: this.configOf(id), logsDir: join(dir, 'logs'), settings };
    await prepareStorage(this.program, storage, CLUSTER_ID);
  }

  private async launch(id: NodeId): Promise<void> {
    const args = nodeArgs(this.program, this.configOf(id), this.options.heapMb ?? 256);
    const cwd = this.dirOf(id);
    this.nodes.set(id, await spawnEngine({ command: 'java', args, cwd, logFile: this.logOf(id) }));
    await this.record();
  }

  /** The new one itself has to know all that live: then it has caught up with the controller. */
  private async awaitBroker(id: BrokerId): Promise<void> {
    const { signal, startTimeoutMs = 90_000 } = this.options;
    const living = BROKER_IDS.filter((broker) => this.nodes.has(broker));
    await awaitReady({
      engine: 'kafka',
      probe: () => probeKafka(this.address(id), living.length),
      exits: [id, CONTROLLER_ID as NodeId].flatMap((node) => this.nodes.get(node)?.exited ?? []),
      logFile: this.logOf(id),
      timeoutMs: startTimeoutMs,
      signal,
    });
  }

  private record(): Promise<void> {
    return recordProcesses('kafka', this.options.dataDir, this.pids());
  }

  private address(id: BrokerId): string {
    return `${LOOPBACK}:${this.ports[id]}`;
  }

  private dirOf(id: NodeId): string {
    return join(this.options.dataDir, String(id));
  }

  private configOf(id: NodeId): string {
    return join(this.dirOf(id), 'server.properties');
  }

  private logOf(id: NodeId): string {
    return join(this.dirOf(id), 'kafka.log');
  }
}

async function halt(node: EngineProcess): Promise<void> {
  await stopProcess(node.pid, KAFKA_STOP_STEPS);
  await node.exited;
}
