import { ServerClock } from './server-clock';

const AS_OF = Date.UTC(2026, 10, 21, 14, 3, 7);

describe('the server’s clock', () => {
  let monotonicMs: number;
  let clock: ServerClock;

  beforeEach(() => {
    monotonicMs = 5_000;
    clock = new ServerClock(() => monotonicMs);
  });

  it('knows nothing before the first answer', () => {
    expect(clock.nowMs()).toBeNull();
    expect(clock.ageMs()).toBeNull();
  });

  it('goes on from the newest answer while the server is silent', () => {
    clock.observe(AS_OF);
    monotonicMs += 42_000;
    expect(clock.nowMs()).toBe(AS_OF + 42_000);
    expect(clock.ageMs()).toBe(42_000);
    expect(clock.newestAsOfMs()).toBe(AS_OF);
  });

  it('is not fooled by a server that repeats one answer', () => {
    clock.observe(AS_OF);
    monotonicMs += 10_000;
    clock.observe(AS_OF);
    expect(clock.ageMs()).toBe(10_000);
  });

  it('ignores an answer that was overtaken by a newer one', () => {
    clock.observe(AS_OF);
    monotonicMs += 100;
    clock.observe(AS_OF - 5_000);
    expect(clock.newestAsOfMs()).toBe(AS_OF);
  });

  it('follows a server whose clock was set back', () => {
    clock.observe(AS_OF);
    clock.observe(AS_OF - 3_600_000);
    expect(clock.nowMs()).toBe(AS_OF - 3_600_000);
  });
});
