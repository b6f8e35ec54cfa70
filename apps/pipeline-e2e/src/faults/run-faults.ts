import { untilStopped } from '../peers/until-stopped';
import { FAULTS } from './faults';
import { runKills } from './kill';
import { type FaultsOptions, PRODUCT_KILLS } from './options';
import { FaultRig } from './rig/fault-rig';
import { inSeconds } from './rig/verdict';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * `npm run faults`: each fault in turn, with every figure compared with plain addition over the raw topic. Everything is stopped
 * and removed at the end.
 * @returns the exit code: 1 when the product failed in one of them
 */
export function runFaults({ ids, short, kills }: FaultsOptions): Promise<number> {
  return untilStopped(async (signal) => {
    const failed: string[] = [];
    const attempt = async (id: string, title: string, run: () => Promise<void>, lastLines: () => string[]): Promise<void> => {
      signal.throwIfAborted();
      say(`${id} ${title}`);
      const beganMs = performance.now();
      try {
        await run();
        say(`${id} passed, ${inSeconds(performance.now() - beganMs)}`);
      } catch (error) {
        signal.throwIfAborted();
        failed.push(id);
        say(lastLines().map((line) => `  | ${line}`).join('\n'));
        say(`${id} FAILED: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    const faults = FAULTS.filter(({ id }) => ids.includes(id));
    if (faults.length > 0) await onRig(signal, async (rig) => {
      for (const { id, title, run } of faults) await attempt(id, title, () => run(rig, { short }), () => rig.lastLines());
    });
    if (ids.includes(PRODUCT_KILLS)) await attempt(PRODUCT_KILLS, 'kill -9 of producer and aggregator', () => runKills(kills, signal), () => []);
    say(failed.length === 0 ? 'passed' : `FAILED: ${failed.join(', ')}`);
    return failed.length === 0 ? 0 : 1;
  });
}

async function onRig(signal: AbortSignal, use: (rig: FaultRig) => Promise<void>): Promise<void> {
  const rig = await FaultRig.start(signal, say);
  try {
    await use(rig);
  } finally {
    await rig.stop();
  }
}
