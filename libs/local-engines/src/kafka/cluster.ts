import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { awaitReady } from '../await-ready';
import { EngineRun } from '../engine-run';
import type { FetchOptions } from '../jvm/fetch';
import { LOOPBACK } from '../ports';
import { type EngineProcess, sendSignal } from '../process';
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
export function startKafkaCluster(options: KafkaClusterOptions): Promise<RunningKafkaCluster> {
  return EngineRun.begin('kafka', options, KAFKA_STOP_STEPS, async (run) => {
    const program = await findKafka(options.fetch, options.signal);
    const frugal = { ...program, jvmArgs: [...program.jvmArgs, ...SHORT_LIVED] };
    const cluster = new KafkaCluster(run, options, frugal, await claimClusterPorts());
    try {
      await cluster.start();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  });
}

class KafkaCluster implements RunningKafkaCluster {
  private readonly nodes = new Map<NodeId, EngineProcess>();
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly run: EngineRun,
    private readonly options: KafkaClusterOptions,
    private readonly program: KafkaProgram,
    private readonly ports: ClusterPorts,
  ) {}

  get brokers(): readonly string[] {
    return BROKER_IDS.map((id) => this.address(id));
  }

  pids(): number[] {
    return this.run.pids;
  }

  async start(): Promise<void> {
    const ids: NodeId[] = [...BROKER_IDS, CONTROLLER_ID];
    await Promise.all(ids.map((id) => this.prepare(id)));
    for (const id of ids) await this.launch(id);
    for (const id of BROKER_IDS) await this.awaitBroker(id);
  }

  async kill(broker: BrokerId): Promise<void> {
    this.signal(broker, 'SIGKILL');
    await this.end(broker);
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
    this.stopping ??= (async () => {
      for (const broker of BROKER_IDS) this.resume(broker);
      // The controller last: brokers hand their partitions over to it.
      await Promise.all(BROKER_IDS.map((id) => this.end(id)));
      await this.run.stop();
    })();
    return this.stopping;
  }

  private signal(broker: BrokerId, signal: NodeJS.Signals): void {
    const node = this.nodes.get(broker);
    if (node) sendSignal(node.pid, signal);
  }

  private async end(id: NodeId): Promise<void> {
    const node = this.nodes.get(id);
    this.nodes.delete(id);
    if (node) await this.run.end(node);
  }

  private async prepare(id: NodeId): Promise<void> {
    const dir = this.dirOf(id);
    await mkdir(dir, { recursive: true });
    const settings = (logsDir: string): string => clusterNodeSettings(id, this.ports, logsDir, this.options.settings);
    const storage = { configFile: this.configOf(id), logsDir: join(dir, 'logs'), logFile: this.logOf(id), settings };
    await prepareStorage(this.run, this.program, storage, CLUSTER_ID);
  }

  private async launch(id: NodeId): Promise<void> {
    const args = nodeArgs(this.program, this.configOf(id), this.options.heapMb ?? 256);
    const logFile = this.logOf(id);
    this.nodes.set(id, await this.run.launch({ command: 'java', args, cwd: this.dirOf(id), logFile }));
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

  private address(id: BrokerId): string {
    return `${LOOPBACK}:${this.ports[id]}`;
  }

  private dirOf(id: NodeId): string {
    return join(this.run.dataDir, String(id));
  }

  private configOf(id: NodeId): string {
    return join(this.dirOf(id), 'server.properties');
  }

  private logOf(id: NodeId): string {
    return join(this.dirOf(id), 'kafka.log');
  }
}
