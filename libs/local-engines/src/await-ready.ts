import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, type EngineName } from './errors';
import { tailLog } from './log-file';
import type { ExitStatus } from './process';

/** What {@link awaitReady} waits for and how. */
export interface ReadyOptions {
  engine: EngineName;
  /** Resolves when the engine answers; rejects, with a reason, while it does not. */
  probe: () => Promise<void>;
  /** Ends of the processes that must live meanwhile. */
  exits: readonly Promise<ExitStatus>[];
  logFile: string;
  timeoutMs: number;
  intervalMs?: number;
  /** Gives up when aborted. */
  signal?: AbortSignal | undefined;
}

type Verdict = 'ready' | 'timeout' | 'aborted' | ExitStatus;

/**
 * Probes until the engine answers.
 * @throws EngineError START_FAILED when a process ends first, START_TIMEOUT after `timeoutMs`, both with the last lines
 * of the log; START_ABORTED when the signal says so
 */
export async function awaitReady(options: ReadyOptions): Promise<void> {
  const { engine, probe, exits, logFile, timeoutMs, intervalMs = 100 } = options;
  const over = new AbortController();
  let cause: unknown;
  const probing = async (): Promise<Verdict> => {
    while (!over.signal.aborted) {
      try {
        await probe();
        break;
      } catch (error) {
        cause = error;
        await delay(intervalMs);
      }
    }
    return 'ready';
  };
  // The timer is taken back when something else decides, which rejects it: that is its end, not a failure.
  const timeout = delay(timeoutMs, undefined, { signal: over.signal }).then(
    (): Verdict => 'timeout',
    (): Verdict => 'aborted',
  );
  const verdict = await Promise.race([...exits, probing(), timeout, abortOf(options.signal, over.signal)]);
  over.abort();
  if (verdict === 'ready') return;
  if (verdict === 'aborted') throw startAborted(engine);
  const tail = `Last lines of ${logFile}:\n${await tailLog(logFile)}`;
  if (verdict === 'timeout') {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${engine} was not ready after ${timeoutMs} ms (${reason}). ${tail}`;
    throw new EngineError({ code: 'START_TIMEOUT', engine, retriable: true, message, cause });
  }
  const how = verdict.signal === null ? `with exit code ${verdict.code}` : `by signal ${verdict.signal}`;
  throw new EngineError({
    code: 'START_FAILED',
    engine,
    message: `${engine} ended ${how} while starting. ${tail}`,
    cause,
  });
}

/**
 * For the steps of a start that nothing else interrupts.
 * @throws EngineError START_ABORTED when the signal has been given
 */
export function checkAborted(engine: EngineName, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw startAborted(engine);
}

/** The error of a start that was given up. */
export function startAborted(engine: EngineName): EngineError {
  return new EngineError({ code: 'START_ABORTED', engine, message: `The start of ${engine} was given up as asked.` });
}

/** Resolves when `signal` is given; listens only until `over`. */
export function abortOf(signal: AbortSignal | undefined, over: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve('aborted');
    signal?.addEventListener('abort', () => resolve('aborted'), { once: true, signal: over });
  });
}
