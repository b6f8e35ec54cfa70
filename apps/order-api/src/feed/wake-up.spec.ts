import { WakeUp } from './wake-up';

const never = new AbortController().signal;

describe('a wake-up', () => {
  it('does not wait when a signal came after the version was read', async () => {
    const wakeUp = new WakeUp();
    const { version } = wakeUp;
    wakeUp.signal();
    await wakeUp.after(version, 60_000, never);
  });

  it('wakes all waiters by one signal', async () => {
    const wakeUp = new WakeUp();
    const waiting = Promise.all([1, 2].map(() => wakeUp.after(wakeUp.version, 60_000, never)));
    wakeUp.signal();
    await waiting;
  });

  it('ends by time and by abort', async () => {
    const wakeUp = new WakeUp();
    await wakeUp.after(wakeUp.version, 1, never);
    const abort = new AbortController();
    const waiting = wakeUp.after(wakeUp.version, 60_000, abort.signal);
    abort.abort();
    await waiting;
  });
});
