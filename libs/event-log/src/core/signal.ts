/** A wake-up that is not lost when it comes before the wait. */
export class Signal {
  private raised = false;
  private waiter: (() => void) | null = null;

  raise(): void {
    this.raised = true;
    this.waiter?.();
  }

  /** Forgets a wake-up that came before now. */
  clear(): void {
    this.raised = false;
  }

  /** Resolves at the first wake-up since clear(), or after `timeoutMs`. One waiter at a time. */
  async wait(timeoutMs: number): Promise<void> {
    if (this.raised) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.waiter = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.waiter = null;
  }
}

/** Resolves after `ms`. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves when the task has settled or after `ms`, whichever comes first; says whether it was in time. */
export async function settledWithin(task: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = task.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([inTime, late]);
  clearTimeout(timer);
  return result;
}
