import { freePort } from '@orderpulse/local-engines';
import type { AggregatorStatus } from '@orderpulse/contracts';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
/* eslint-disable @nx/enforce-module-boundaries -- the process is the one that `npm start` runs, with its settings and limits */
import { planStack } from '../../../launcher/src/plan/plan';
import { launcherSettings } from '../../../launcher/src/settings/launcher-settings';
import { ServiceProcess } from '../../../launcher/src/supervise/service-process';
/* eslint-enable @nx/enforce-module-boundaries */
import { workspaceRoot } from '../harness/workspace';

const STOP_MS = 9_000;
const REQUEST_MS = 5_000;

/** One window aggregator as `npm start` runs it, on a data folder of its own. */
export class AggregatorInstance {
  private constructor(
    readonly url: string,
    private readonly service: ServiceProcess,
    /** What the launcher would have printed. */
    private readonly lines: readonly string[],
  ) {}

  /** Starts it; resolves at once, ready or not. @param folder for its stores and its log */
  static async start(folder: string, brokers: string): Promise<AggregatorInstance> {
    await mkdir(folder, { recursive: true });
    const port = await freePort();
    const settings = launcherSettings.parse({ DATA_DIR: folder, WINDOW_AGGREGATOR_PORT: port, KAFKA_BROKERS: brokers });
    const plan = planStack('engines', settings, workspaceRoot()).services.find(
      ({ name }) => name === 'window-aggregator',
    );
    if (!plan) throw new Error('the launcher starts no window aggregator');
    const lines: string[] = [];
    const output = { line: (_: string, message: string) => void lines.push(message), text: () => undefined };
    const service = new ServiceProcess(plan, join(folder, 'window-aggregator.log'), output);
    await service.start();
    return new AggregatorInstance(`http://127.0.0.1:${port}`, service, lines);
  }

  get pid(): number | undefined {
    return this.service.pid;
  }

  /** Resolves when it is ready for the first time. */
  ready(): Promise<void> {
    return this.service.firstReady;
  }

  /** Its account, or null while it does not answer. @throws Error when the process has ended, though it is started again */
  async status(): Promise<AggregatorStatus | null> {
    const end = this.lines.find((line) => line.startsWith('ended by'));
    if (end) throw new Error(`a window aggregator ${end}`);
    try {
      const answer = await fetch(`${this.url}/status`, { signal: AbortSignal.timeout(REQUEST_MS) });
      return answer.ok ? ((await answer.json()) as AggregatorStatus) : null;
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) return null;
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.service.stop(STOP_MS);
  }
}
