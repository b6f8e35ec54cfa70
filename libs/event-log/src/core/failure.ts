/** A promise that can only reject: how the end of a background task by an error reaches its owner. */
export class Failure {
  readonly promise: Promise<never>;
  private reject!: (error: unknown) => void;
  private first: { error: unknown } | null = null;

  constructor() {
    this.promise = new Promise<never>((_, reject) => {
      this.reject = reject;
    });
    // Whoever looks at the promise gets the error; a process must not end because nobody does.
    this.promise.catch(() => undefined);
  }

  /** The first error wins; later ones are consequences of it. */
  fail(error: unknown): void {
    if (this.first) return;
    this.first = { error };
    this.reject(error);
  }

  get failed(): boolean {
    return this.first !== null;
  }

  /** What went wrong, in words, or null. */
  get reason(): string | null {
    return this.first ? describeError(this.first.error) : null;
  }
}

/** An error's message for a status text. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
