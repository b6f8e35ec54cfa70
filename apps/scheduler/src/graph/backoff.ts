const FIRST_MS = 100;
const LONGEST_MS = 1_000;

/** How long to wait after the n-th try (from 1) has failed, in ms: doubling, at most 1 s. */
export function backoffMs(tries: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 10));
}
