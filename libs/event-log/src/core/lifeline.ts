/** A connection made when first needed, shared by its users, and made anew after it was dropped. */
export class Lifeline<T> {
  private current: Promise<T> | null = null;

  constructor(
    private readonly connect: () => Promise<T>,
    private readonly disconnect: (connection: T) => Promise<void>,
  ) {}

  /** Rejects as connecting does; the next call tries again. */
  get(): Promise<T> {
    if (this.current) return this.current;
    const attempt = this.connect();
    this.current = attempt;
    attempt.catch(() => {
      if (this.current === attempt) this.current = null;
    });
    return attempt;
  }

  /** Closes the connection, if there is one; never rejects: a broken connection may not close well. */
  async drop(): Promise<void> {
    const { current } = this;
    this.current = null;
    try {
      if (current) await this.disconnect(await current);
    } catch {
      // There is nothing left to close.
    }
  }
}
