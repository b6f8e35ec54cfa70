/** Gives callers who ask the same question at the same time one answer, so that many pages cost one query. */
export class SharedQueries {
  private readonly running = new Map<string, Promise<unknown>>();

  /** @param key names the question with all its parameters; equal keys must mean equal results */
  ask<T>(key: string, query: () => Promise<T>): Promise<T> {
    const known = this.running.get(key);
    // The key determines the query and with it the type.
    if (known) return known as Promise<T>;
    const answer = query().finally(() => this.running.delete(key));
    this.running.set(key, answer);
    return answer;
  }
}
