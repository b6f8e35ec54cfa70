import { isDeepStrictEqual } from 'node:util';

/** The product did not do what the fault table asks of it. */
export class FaultFailure extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'FaultFailure';
  }
}

/** @throws FaultFailure with the reason unless the condition holds */
export function must(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new FaultFailure(reason);
}

/** @throws FaultFailure with both values when they differ */
export function mustEqual(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new FaultFailure(`${what}: ${shown(actual)} is not ${shown(expected)}`);
}

/** @throws FaultFailure when something took longer than it may */
export function mustTake(what: string, ms: number, limitMs: number): void {
  must(ms <= limitMs, `${what} took ${inSeconds(ms)}; at most ${inSeconds(limitMs)}`);
}

/** Milliseconds for people. */
export const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const SHOWN_CHARACTERS = 600;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
