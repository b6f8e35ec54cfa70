import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { abortOf, checkAborted, startAborted } from './await-ready';
import { EngineError, type EngineName } from './errors';
import { followLog, rotateLog, type StopFollowing, tailLog } from './log-file';
import { recordProcesses, release, takeOver } from './owner';
import { type EngineProcess, sendSignal, spawnEngine, stopProcess, type StopStep } from './process';
import type { EngineStartOptions, RunningEngine } from './running-engine';

/** A process of an engine. */
export interface Launch {
  command: string;
  args: readonly string[];
  /** Default: the data directory. */
  cwd?: string;
  /** Standard output and error are appended to this file. */
  logFile: string;
  /** How it is stopped. Default: as the engine is. */
  stopSteps?: readonly StopStep[];
}

interface Launched {
  process: EngineProcess;
  stopSteps: readonly StopStep[];
  /** Set once it is being stopped: resolves when it is gone. */
  gone?: Promise<void>;
}

type EngineRunOptions = Pick<EngineStartOptions, 'dataDir' | 'onLog' | 'signal'>;

/**
 * The processes of one engine on one data directory, from taking the directory over to giving it back. They are written down
 * while they live, so that the next run stops what a killed one has left behind.
 */
export class EngineRun {
  /** In the order in which they are stopped: the last launched first. */
  private launched: readonly Launched[] = [];
  /** Those on their way into `launched`. */
  private readonly starting = new Set<Promise<unknown>>();
  private readonly logs = new Map<string, StopFollowing | undefined>();
  private recorded: Promise<void> = Promise.resolve();
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly engine: EngineName,
    /** Absolute. */
    readonly dataDir: string,
    private readonly options: EngineRunOptions,
    private readonly stopSteps: readonly StopStep[],
  ) {}

  /**
   * Makes the data directory ours, stopping what was left behind there. When `start` fails, what it launched is stopped.
   * @param stopSteps how the engine is stopped
   * @throws EngineError ALREADY_RUNNING, and whatever `start` throws
   */
  static async begin<T>(
    engine: EngineName,
    options: EngineRunOptions,
    stopSteps: readonly StopStep[],
    start: (run: EngineRun) => Promise<T>,
  ): Promise<T> {
    const dataDir = resolve(options.dataDir);
    await mkdir(dataDir, { recursive: true });
    await takeOver(engine, dataDir, stopSteps);
    const run = new EngineRun(engine, dataDir, options, stopSteps);
    try {
      return await start(run);
    } catch (error) {
      await run.stop();
      throw error;
    }
  }

  /** The processes that were launched and not ended since, in the order in which they are stopped. */
  get pids(): number[] {
    return this.launched.map(({ process }) => process.pid);
  }

  /** @throws EngineError START_ABORTED, also when everything is being stopped */
  async launch(launch: Launch): Promise<EngineProcess> {
    const starting = this.startProcess(launch);
    this.starting.add(starting);
    const process = await starting.finally(() => this.starting.delete(starting));
    await this.record();
    return process;
  }

  /**
   * Runs a program to its end, such as one that makes the engine's data. Nothing of it lives when this settles.
   * @param what it does, for people
   * @throws EngineError START_FAILED with the last lines of its log, START_ABORTED
   */
  async complete(what: string, launch: Launch): Promise<void> {
    const process = await this.launch(launch);
    const over = new AbortController();
    const exit = await Promise.race([process.exited, abortOf(this.options.signal, over.signal)]);
    over.abort();
    await this.end(process);
    sendSignal(-process.pid, 'SIGKILL');
    checkAborted(this.engine, this.options.signal);
    if (exit !== 'aborted' && exit.code === 0) return;
    const message = `${what} failed. Last lines of ${launch.logFile}:\n${await tailLog(launch.logFile)}`;
    throw new EngineError({ code: 'START_FAILED', engine: this.engine, message });
  }

  /** Stops one of the processes and resolves when it is gone. */
  async end(process: EngineProcess): Promise<void> {
    const entry = this.launched.find((launched) => launched.process === process);
    if (entry === undefined) return;
    await halt(entry);
    // Only now: a stop of everything waits for those that are being stopped already.
    this.launched = this.launched.filter((launched) => launched !== entry);
    await this.record();
  }

  /** Stops every process in order and gives the data directory back. Safe to call more than once. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      // Others may be on their way when one fails: those that are spawned by now are stopped too, the rest never is.
      await Promise.allSettled(this.starting);
      for (const entry of this.launched) await halt(entry);
      this.launched = [];
      await this.recorded.catch(() => undefined);
      await release(this.dataDir);
      for (const stopFollowing of this.logs.values()) await stopFollowing?.();
    })();
    return this.stopping;
  }

  /** The engine as its caller sees it, once it answers. */
  running(logFile: string): RunningEngine {
    return {
      name: this.engine,
      pids: this.pids,
      logFile,
      exited: Promise.race(this.launched.map(({ process }) => process.exited)),
      stop: () => this.stop(),
    };
  }

  private async startProcess({
    command,
    args,
    cwd = this.dataDir,
    logFile,
    stopSteps = this.stopSteps,
  }: Launch): Promise<EngineProcess> {
    checkAborted(this.engine, this.options.signal);
    await this.openLog(logFile);
    if (this.stopping !== undefined) throw startAborted(this.engine);
    const process = await spawnEngine({ command, args, cwd, logFile });
    this.launched = [{ process, stopSteps }, ...this.launched];
    return process;
  }

  private async openLog(file: string): Promise<void> {
    if (this.logs.has(file)) return;
    const { onLog } = this.options;
    await rotateLog(file);
    this.logs.set(file, onLog && (await followLog(file, onLog)));
  }

  /** One after the other: several processes may be launched at once. None once the directory is being given back. */
  private record(): Promise<void> {
    this.recorded = this.recorded.then(async () => {
      if (this.stopping === undefined) await recordProcesses(this.engine, this.dataDir, this.pids);
    });
    return this.recorded;
  }
}

function halt(entry: Launched): Promise<void> {
  const { process, stopSteps } = entry;
  entry.gone ??= stopProcess(process.pid, stopSteps).then(async () => void (await process.exited));
  return entry.gone;
}
