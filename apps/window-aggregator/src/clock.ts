/** The wall clock, injectable. */
export abstract class Clock {
  /** Epoch ms. */
  abstract now(): number;
}

export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
}
