import { UnavailableError } from '@orderpulse/service-kit';

/**
 * The work's result, or UnavailableError after `limitMs`. The work itself goes on and its late outcome is dropped.
 * @param what who is waited for, for the message
 */
export async function withinDeadline<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new UnavailableError(`${what} gave no answer within ${limitMs} ms`, { code: 'ENGINE_TIMEOUT' }));
    }, limitMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
