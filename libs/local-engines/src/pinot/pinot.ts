import { join } from 'node:path';
import { awaitReady } from '../await-ready';
import { EngineRun } from '../engine-run';
import type { FetchOptions } from '../jvm/fetch';
import { javaArgs, requireJava } from '../jvm/java';
import { engineFolder } from '../jvm/workspace';
import { LOOPBACK } from '../ports';
import type { StopStep } from '../process';
import type { EngineStartOptions, RunningEngine } from '../running-engine';
import { CLUSTER_NAME, healthPort, ROLES, roleValues, writeConfig, zookeeperValues } from './config';
import { findPinot } from './installation';
import { claimPinotPorts, type PinotPorts } from './ports';
import { pinotVersion, probeHealth, probeZookeeper } from './probes';

/** Options of {@link startPinot}. Every port is on loopback; 0 takes the port of the last run, or a free one. */
export interface PinotOptions extends EngineStartOptions {
  controllerPort: number;
  brokerPort: number;
  zookeeperPort: number;
  /** Default: all 0. */
  serverPorts?: { netty?: number; admin?: number };
  /** Whether to run a minion, which does the tasks of the tables. Default: false. */
  minion?: boolean;
  /** Default: 0. */
  minionPort?: number;
  /** An unpacked binary release of Pinot, to run instead of the one Maven brings. */
  pinotHome?: string;
  /** Upper bound of Pinot's Java heap in MiB. Default: 1024. */
  heapMb?: number;
  /** Milliseconds Pinot may take to stop by itself before it is killed. Default: 6000. */
  stopTimeoutMs?: number;
  /** How the jars are fetched when they are not here yet. */
  fetch?: FetchOptions;
}

/** A Pinot cluster of one instance of each role, which answers. */
export interface RunningPinot extends RunningEngine {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  controllerUrl: string;
  brokerUrl: string;
  /** The release, e.g. `0.11.0`. */
  version: string;
  ports: PinotPorts;
}

const ZOOKEEPER_HEAP_MB = 128;
/** A heap that has to grow while the topic is read again costs a quarter of that time. */
const FIRST_HEAP_MB = 512;

/**
 * A Pinot that was killed keeps its place in the cluster until its session with ZooKeeper ends, and its successor waits
 * this long and 5 s more before it tries again (30 s by default). Long enough for a pause on a busy machine.
 */
const SESSION_TIMEOUT_MS = 10_000;

/** ZooKeeper writes every change to disk before it answers, so killing it loses nothing. */
const ZOOKEEPER_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 1_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
];

/**
 * Starts ZooKeeper, then Pinot's controller, broker, server and (if wanted) minion in one process, on `dataDir`.
 * What a killed process left running there is stopped first. `stop` ends Pinot before ZooKeeper: the other way round
 * Pinot waits for ZooKeeper for ever. A Pinot that has to be killed loses nothing: completed segments are on disk, rows
 * of consuming segments are read from the stream again; only its next start waits for its old session to end.
 * @throws EngineError PORT_IN_USE, ALREADY_RUNNING, JAVA_MISSING, MAVEN_MISSING, FETCH_FAILED, BINARIES_MISSING,
 * START_FAILED, START_TIMEOUT, START_ABORTED
 */
export function startPinot(options: PinotOptions): Promise<RunningPinot> {
  const { heapMb = 1024, stopTimeoutMs = 6_000, startTimeoutMs = 180_000, signal } = options;
  const pinotStopSteps: readonly StopStep[] = [
    { signal: 'SIGTERM', waitMs: stopTimeoutMs },
    { signal: 'SIGKILL', waitMs: 2_000 },
  ];
  return EngineRun.begin('pinot', options, pinotStopSteps, async (run) => {
    const { dataDir } = run;
    const logFile = join(dataDir, 'pinot.log');
    const zookeeperLog = join(dataDir, 'zookeeper.log');
    const ports = await claimPinotPorts(dataDir, wantedPorts(options));
    await requireJava('pinot');
    const { classpathDir, jvmArgs } = await findPinot(options.pinotHome, { ...options.fetch, signal });
    const definitionDir = options.fetch?.definitionDir ?? engineFolder('pinot');
    const logging = `-Dlog4j2.configurationFile=${join(definitionDir, 'log4j2.properties')}`;

    const roles = ROLES.filter((role) => role !== 'minion' || options.minion === true);
    const configFiles: string[] = [];
    for (const role of roles) {
      configFiles.push(await writeConfig(definitionDir, dataDir, `${role}.conf`, roleValues(role, dataDir, ports)));
    }
    const zookeeperConfig = await writeConfig(definitionDir, dataDir, 'zoo.cfg', zookeeperValues(dataDir, ports));

    const zookeeper = await run.launch({
      command: 'java',
      args: javaArgs({
        mainClass: 'org.apache.zookeeper.server.quorum.QuorumPeerMain',
        args: [zookeeperConfig],
        classpathDir,
        heapMb: ZOOKEEPER_HEAP_MB,
        jvmArgs: [logging],
      }),
      logFile: zookeeperLog,
      stopSteps: ZOOKEEPER_STOP_STEPS,
    });
    await awaitReady({
      engine: 'zookeeper',
      probe: () => probeZookeeper(ports.zookeeper),
      exits: [zookeeper.exited],
      logFile: zookeeperLog,
      signal,
      timeoutMs: startTimeoutMs,
    });
    const pinot = await run.launch({
      command: 'java',
      args: javaArgs({
        mainClass: 'org.apache.pinot.tools.admin.PinotAdministrator',
        args: serviceManagerArgs(ports.zookeeper, configFiles),
        classpathDir,
        heapMb,
        jvmArgs: [
          ...jvmArgs,
          logging,
          `-Xms${Math.min(heapMb, FIRST_HEAP_MB)}m`,
          `-Dzk.session.timeout=${SESSION_TIMEOUT_MS}`,
        ],
      }),
      logFile,
    });
    const exits = [pinot.exited, zookeeper.exited];
    const probe = async (): Promise<void> => {
      for (const role of roles) await probeHealth(role, healthPort(role, ports));
    };
    await awaitReady({ engine: 'pinot', probe, exits, logFile, signal, timeoutMs: startTimeoutMs, intervalMs: 200 });
    const controllerUrl = `http://${LOOPBACK}:${ports.controller}`;
    const brokerUrl = `http://${LOOPBACK}:${ports.broker}`;
    const version = await pinotVersion(controllerUrl);
    return { ...run.running(logFile), controllerUrl, brokerUrl, version, ports };
  });
}

/** Arguments of Pinot's administrator that start the given roles in one process, without its own REST interface. */
export function serviceManagerArgs(zookeeperPort: number, configFiles: readonly string[]): string[] {
  const zookeeper = `${LOOPBACK}:${zookeeperPort}`;
  return [
    ...['StartServiceManager', '-zkAddress', zookeeper, '-clusterName', CLUSTER_NAME, '-port', '-1'],
    ...['-bootstrapConfigPaths', ...configFiles],
  ];
}

function wantedPorts(options: PinotOptions): PinotPorts {
  const { controllerPort, brokerPort, zookeeperPort, serverPorts = {}, minionPort = 0 } = options;
  const { netty = 0, admin = 0 } = serverPorts;
  return {
    zookeeper: zookeeperPort,
    controller: controllerPort,
    broker: brokerPort,
    serverNetty: netty,
    serverAdmin: admin,
    minion: minionPort,
  };
}
