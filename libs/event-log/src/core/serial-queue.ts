/** Runs tasks one after another in the order of the calls; a task that fails does not hold up the next. */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as the task does, once every task before it has ended. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.tail.then(task);
    this.tail = result.then(ignore, ignore);
    return result;
  }

  /** Resolves when every task given so far has ended. */
  async idle(): Promise<void> {
    await this.tail;
  }
}

function ignore(): void {
  // The caller of run() holds the result; the queue only needs to know that the task ended.
}
