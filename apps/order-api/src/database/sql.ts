/** What a statement gave back. */
export interface SqlResult<T> {
  rows: T[];
  /** Rows returned or changed. */
  count: number;
}

/** Runs parameterised statements, on any connection of the pool or inside one transaction. */
export interface Sql {
  run<T = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<SqlResult<T>>;
}
