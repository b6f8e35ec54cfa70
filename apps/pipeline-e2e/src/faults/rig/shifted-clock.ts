import type { Aggregator } from '../../harness/aggregator';

/** The setting that says how far the clock is shifted at the start, in ms. */
export const CLOCK_SHIFT = 'CLOCK_SHIFT_MS';

const SOURCE = `
const Real = Date;
let shiftMs = Number(process.env.${CLOCK_SHIFT} ?? 0);
const now = () => Real.now() + shiftMs;
globalThis.Date = new Proxy(Real, {
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  apply: () => new Real(now()).toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
});
process.on('message', (message) => {
  if (typeof message.clockShiftMs === 'number') shiftMs = message.clockShiftMs;
});`;

/** A module for a process whose wall clock goes wrong; its monotonic clock stays right, as it does on a real machine. */
export const SHIFTED_CLOCK = `data:text/javascript,${encodeURIComponent(SOURCE)}`;

/** Sets the wall clock of a running process that has the module. */
export function shiftClock(aggregator: Aggregator, clockShiftMs: number): void {
  aggregator.send({ clockShiftMs });
}
