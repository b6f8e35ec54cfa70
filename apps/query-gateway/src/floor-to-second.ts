const SECOND_MS = 1_000;

/** The last full second at or before an instant, epoch ms. */
export function floorToSecond(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS) * SECOND_MS;
}
