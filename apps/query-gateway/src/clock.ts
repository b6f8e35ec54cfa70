import { Injectable } from '@nestjs/common';

/** The wall clock. Tests put another one in its place. */
@Injectable()
export class Clock {
  /** Epoch ms. */
  now(): number {
    return Date.now();
  }
}

const SECOND_MS = 1_000;

/** The last full second at or before an instant, epoch ms. */
export function floorToSecond(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS) * SECOND_MS;
}
