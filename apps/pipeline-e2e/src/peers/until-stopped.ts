import { constants } from 'node:os';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command whose end can be asked for: Ctrl-C and its like abort the signal, upon which `work` has to end what it has
 * started and settle. A second Ctrl-C does not wait for that.
 * @returns what `work` returns, or 128 + the signal's number, as shells have it, when it was stopped
 */
export async function untilStopped(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  let stopped = 0;
  const stop = (name: NodeJS.Signals): void => {
    const code = 128 + constants.signals[name];
    if (stopped !== 0) process.exit(code);
    stopped = code;
    process.stdout.write('Stopping …\n');
    controller.abort();
  };
  for (const name of STOP_SIGNALS) process.on(name, stop);
  try {
    const code = await work(controller.signal);
    return stopped || code;
  } catch (error) {
    // What was cut off has errors of its own to tell, which nobody asked for.
    if (stopped !== 0) return stopped;
    throw error;
  } finally {
    for (const name of STOP_SIGNALS) process.off(name, stop);
  }
}
