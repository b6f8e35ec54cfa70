const real = Date.now;

/**
 * Has the wall clock of this process jump, until jest.restoreAllMocks(); its monotonic clock goes on as on a real machine.
 * @param ms how far from the real time; below 0 back
 */
export function shiftWallClock(ms: number): void {
  jest.spyOn(Date, 'now').mockImplementation(() => real() + ms);
}
