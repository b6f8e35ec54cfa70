import { Injectable } from '@nestjs/common';
import type { Health } from '@orderpulse/contracts';
import { messageOf } from '../errors/message-of';

/** Resolves when the thing is well; rejects with the reason when it is not. */
export type HealthCheck = () => void | Promise<void>;

const CHECK_TIMEOUT_MS = 2_000;

/** Where the parts of a service say what must be well before it is ready. */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, HealthCheck>();

  register(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** Runs all checks side by side, each at most 2 s. */
  async check(): Promise<Health> {
    const entries = await Promise.all([...this.checks].map(async ([name, check]) => [name, await run(check)] as const));
    return {
      status: entries.every(([, result]) => result.ok) ? 'ok' : 'unavailable',
      checks: Object.fromEntries(entries),
    };
  }
}

async function run(check: HealthCheck): Promise<{ ok: boolean; reason?: string }> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([Promise.resolve().then(check), timeout]);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
