import { engineRequirements } from '@orderpulse/local-engines';
import { HIGHEST_PORT, messageOf } from '@orderpulse/service-kit';
import { access, mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import type { PortPlan, StackPlan } from '../plan/plan';
import { runningLauncher } from './running-stack';

/** One thing that was looked at; `fix` is there when it is not well. */
export interface CheckResult {
  what: string;
  ok: boolean;
  found: string;
  fix?: string;
}

const IN_USE = 'in use';
const NODE_AT_LEAST = [20, 19] as const;

export function checkNode(version: string): CheckResult {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const ok = major > NODE_AT_LEAST[0] || (major === NODE_AT_LEAST[0] && minor >= NODE_AT_LEAST[1]);
  const result = { what: 'Node.js', ok, found: version };
  return ok ? result : { ...result, fix: `Install Node.js ${NODE_AT_LEAST.join('.')} or newer.` };
}

/** True when something accepts connections on the port. */
async function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const done = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** How far from a port the ones suggested instead lie, nearest first: easy to remember. */
const SUGGESTED_AT = [1, 2, 3, 4, 5, -1, -2, -3, -4, -5].map((thousands) => thousands * 1_000);

/**
 * How to get out of the way of whoever listens on a port of the plan.
 * @returns the command to type, with a value whose ports are free and not wanted by the plan (`PORT` when there is none near by)
 */
export async function movePort(
  { setting }: PortPlan,
  { ports, command }: Pick<StackPlan, 'ports' | 'command'>,
): Promise<string> {
  // Instances of one service share a setting, which is the first one's port, and move together.
  const moved = ports.filter((other) => other.setting === setting).map(({ port }) => port);
  const wanted = new Set(ports.map(({ port }) => port));
  for (const distance of SUGGESTED_AT) {
    const candidates = moved.map((port) => port + distance);
    if (!candidates.every((port) => isUsable(port) && !wanted.has(port))) continue;
    const taken = await Promise.all(candidates.map(isTaken));
    if (!taken.includes(true)) return `${setting}=${candidates[0]} ${command}`;
  }
  return `${setting}=PORT ${command}`;
}

/** Below 1024 ports are the system's own. */
const isUsable = (port: number): boolean => port >= 1_024 && port <= HIGHEST_PORT;

/**
 * Two owners of one number, and numbers that someone else listens on.
 * @param mustBeFree which ports are looked at for who listens there; default all
 */
export async function checkPorts(
  plan: Pick<StackPlan, 'ports' | 'command'>,
  mustBeFree: (port: PortPlan) => boolean = () => true,
): Promise<CheckResult[]> {
  const seen = new Map<number, string>();
  const results: CheckResult[] = [];
  for (const wanted of plan.ports) {
    const { port, owner, setting } = wanted;
    const what = `port ${port} for ${owner}`;
    const other = seen.get(port);
    seen.set(port, owner);
    if (port === 0) results.push({ what, ok: false, found: 'not fixed', fix: `Set ${setting} to a port number.` });
    else if (other !== undefined)
      results.push({ what, ok: false, found: `also set for ${other}`, fix: `Set ${setting} to another port.` });
    else if (!mustBeFree(wanted)) results.push({ what, ok: true, found: 'not looked at' });
    else if (await isTaken(port)) {
      const fix = `Stop what listens there, or choose another: ${await movePort(wanted, plan)}`;
      results.push({ what, ok: false, found: IN_USE, fix });
    } else results.push({ what, ok: true, found: 'free' });
  }
  return results;
}

/**
 * checkPorts, but when the ports are those of an OrderPulse that runs from the same folder it says just that: moving
 * every port would not help, as there is one data folder.
 */
export async function checkNotRunning(
  plan: Pick<StackPlan, 'ports' | 'command' | 'dataDir'>,
  mustBeFree?: (port: PortPlan) => boolean,
): Promise<CheckResult[]> {
  const results = await checkPorts(plan, mustBeFree);
  const inUse = results.some(({ found }) => found === IN_USE);
  const pid = inUse ? await runningLauncher(plan) : undefined;
  if (pid === undefined) return results;
  const found = `OrderPulse already runs from this folder (process ${pid})`;
  const fix = 'Stop it first, with Ctrl-C in its terminal.';
  return [{ what: 'one start a folder', ok: false, found, fix }, ...results.filter((result) => result.found !== IN_USE)];
}

async function checkBuilt(plan: StackPlan): Promise<CheckResult[]> {
  const entries = new Map(plan.services.map(({ program, entry }) => [program, entry]));
  return Promise.all(
    [...entries].map(async ([program, entry]) => {
      const ok = await access(entry).then(
        () => true,
        () => false,
      );
      const result = { what: `build of ${program}`, ok, found: ok ? 'there' : 'missing' };
      return ok ? result : { ...result, fix: 'Run: npx nx run-many -t build' };
    }),
  );
}

async function checkDataDir(plan: StackPlan): Promise<CheckResult> {
  const what = `data folder ${plan.dataDir}`;
  try {
    await mkdir(plan.dataDir, { recursive: true });
    return { what, ok: true, found: 'writable' };
  } catch (error) {
    const found = messageOf(error);
    return { what, ok: false, found, fix: 'Set DATA_DIR to a folder you may write to.' };
  }
}

async function checkEngines(plan: StackPlan): Promise<CheckResult[]> {
  if (plan.engines.kafka === null && plan.engines.pinot === null) return [];
  const { java, maven } = await engineRequirements();
  return [
    { what: 'Java 17', ...java },
    { what: 'Maven', ...maven },
  ].map(({ what, ok, version, hint }) => {
    const result = { what, ok, found: version ?? 'missing' };
    return ok ? result : { ...result, fix: hint };
  });
}

/**
 * Everything a start needs, looked at before anything is started.
 * @param mustBeFree as for checkPorts
 */
export async function preflight(plan: StackPlan, mustBeFree?: (port: PortPlan) => boolean): Promise<CheckResult[]> {
  const groups = await Promise.all([
    Promise.resolve([checkNode(process.version)]),
    checkDataDir(plan).then((result) => [result]),
    checkBuilt(plan),
    checkEngines(plan),
    checkNotRunning(plan, mustBeFree),
  ]);
  return groups.flat();
}
