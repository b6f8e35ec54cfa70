import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls `attempt` until it resolves, every 200 ms; after `timeoutMs` rejects with the last error.
 * For what happens soon in another process; never for what must hold at once.
 */
export async function eventually<T>(attempt: () => Promise<T> | T, timeoutMs = 30_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(200);
    }
  }
}
