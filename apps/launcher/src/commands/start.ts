import { EngineError } from '@orderpulse/local-engines';
import { messageOf } from '@orderpulse/service-kit';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Output, seconds, table } from '../console/output';
import { planStack, type StackPlan } from '../plan/plan';
import { type CheckResult, movePort, preflight } from '../preflight/preflight';
import type { LauncherSettings, Profile } from '../settings/launcher-settings';
import { Engines } from '../supervise/engines';
import { ServiceProcess } from '../supervise/service-process';
import { waitForFigures } from '../supervise/figures';

/** Services get this long after SIGTERM; with the engines' own bound everything is gone within 10 s. */
const SERVICE_STOP_MS = 3_000;

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Failed checks as lines, with their fixes. */
export function describeFailures(results: readonly CheckResult[]): string {
  return results
    .filter((result) => !result.ok)
    .map(({ what, found, fix }) => `  ✗ ${what}: ${found}. ${fix ?? ''}`)
    .join('\n');
}

/** An error in words, with the command that puts a port conflict right. */
export async function describeFailure(error: unknown, plan: Pick<StackPlan, 'ports' | 'command'>): Promise<string> {
  const message = messageOf(error);
  const inUse = error instanceof EngineError ? plan.ports.find(({ port }) => port === error.port) : undefined;
  return inUse ? `${message} For instance: ${await movePort(inUse, plan)}` : message;
}

/** A running product. */
export class Stack {
  private readonly services: ServiceProcess[];
  private readonly engines: Engines;
  private stopped: Promise<void> | null = null;

  constructor(
    private readonly plan: StackPlan,
    settings: LauncherSettings,
    private readonly output: Output,
  ) {
    this.engines = new Engines(plan.engines, settings.ENGINES_DIR, output);
    const logs = join(plan.dataDir, 'logs');
    this.services = plan.services.map((service) => new ServiceProcess(service, join(logs, `${service.name}.log`), output));
  }

  /** Starts everything and resolves when every service is ready. */
  async start(): Promise<void> {
    await mkdir(join(this.plan.dataDir, 'logs'), { recursive: true });
    // Services wait for their engines by themselves, so both start side by side.
    const engines = this.engines.start();
    engines.catch(() => undefined);
    await Promise.all(this.services.map((service) => service.start()));
    await engines;
    await Promise.all(this.services.map((service) => service.firstReady));
  }

  /** Services first, then the engines they use. Safe to call more than once. */
  stop(): Promise<void> {
    this.stopped ??= (async () => {
      this.engines.cancelStarts();
      await Promise.all(
        this.services.map(async (service) => {
          await service.stop(SERVICE_STOP_MS);
          this.output.line(service.name, 'stopped');
        }),
      );
      await this.engines.stop();
    })();
    return this.stopped;
  }
}

function urlTable({ urls, services }: StackPlan): string {
  const rows = services
    .filter((service) => service.name !== 'dashboard')
    .map(({ name, port }) => [name, `http://127.0.0.1:${port}/docs`] as const);
  return table([['page', urls.page], ['figures', `${urls.gateway}/orders/overview`], ...rows]);
}

/**
 * `npm start`: checks, starts, says when the figures live, and runs until a signal.
 * @returns the exit code
 */
export async function runStart(profile: Profile, settings: LauncherSettings, root: string, output: Output): Promise<number> {
  const begun = performance.now();
  const plan = planStack(profile, settings, root);
  const failures = describeFailures(await preflight(plan, ({ kind }) => kind === 'service'));
  if (failures) {
    output.text(`OrderPulse cannot start:\n${failures}`);
    return 1;
  }
  const end = new AbortController();
  const stack = new Stack(plan, settings, output);
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (!signalled) output.text(`\nStopping (${signal}) …`);
    signalled = true;
    end.abort();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  // Whoever read our lines has gone (a closed terminal, a killed parent): nothing would stop what runs, so stop.
  process.stdout.on('error', () => onSignal('SIGHUP'));
  const ended = new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve(), { once: true }));
  let failed: unknown = null;
  const live = (async () => {
    await stack.start();
    if (end.signal.aborted) return;
    output.text(`\nOrderPulse (${profile}) is up after ${seconds(performance.now() - begun)}:\n\n${urlTable(plan)}\n`);
    await waitForFigures(plan.urls, output, end.signal);
    if (!end.signal.aborted) output.text(`Figures are live after ${seconds(performance.now() - begun)}. Ctrl-C stops everything.\n`);
  })();
  live.catch((error: unknown) => {
    failed = error;
    end.abort();
  });
  await ended;
  if (failed !== null && !signalled) output.text(`OrderPulse cannot go on: ${await describeFailure(failed, plan)}`);
  await stack.stop();
  output.text('Stopped.');
  // What a signal interrupted is no failure.
  return signalled || failed === null ? 0 : 1;
}
