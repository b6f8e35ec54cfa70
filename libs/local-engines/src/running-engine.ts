import type { EngineName } from './errors';
import type { ExitStatus } from './process';

/** An engine that answers. */
export interface RunningEngine {
  name: EngineName;
  /** Its processes, each leading a process group of its own. */
  pids: number[];
  /** Stops it in order and resolves when every process is gone. Safe to call more than once. */
  stop(): Promise<void>;
  /** Resolves when the first of its processes has ended, wanted or not; `stop` ends the others. Never rejects. */
  exited: Promise<ExitStatus>;
  /** Everything its processes print. */
  logFile: string;
}

/** Options that every engine takes. */
export interface EngineStartOptions {
  /** Folder of this engine's data, configuration and log; made when absent. */
  dataDir: string;
  /** Receives every line the engine prints. */
  onLog?: (line: string) => void;
  /** Gives the start up when aborted: it then rejects with START_ABORTED and leaves no process. */
  signal?: AbortSignal | undefined;
  /** Milliseconds to wait until it answers before the start fails with START_TIMEOUT. */
  startTimeoutMs?: number;
}
