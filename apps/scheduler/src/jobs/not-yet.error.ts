/** What a step waits for is not there yet; it is tried again. */
export class NotYetError extends Error {
  readonly code = 'NOT_YET';
  readonly retriable = true;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'NotYetError';
  }
}
