import { type OlapAdmin, OlapUnavailableError } from '@orderpulse/olap-store';

/** Tables that appear when they are made, in an engine that may be gone. */
export class FakeOlapAdmin implements OlapAdmin {
  gone = false;
  tables: string[] = [];
  /** What retention removes each time; null for an engine that does it by itself. */
  removed: number | null = 3;

  async ensureTables(): Promise<{ created: string[]; changed: string[] }> {
    this.check();
    const created = this.tables.length === 0 ? ['order_events', 'orders', 'order_lines'] : [];
    this.tables.push(...created);
    return { created, changed: [] };
  }

  async probeTables(): Promise<void> {
    this.check();
    if (this.tables.length === 0) throw new OlapUnavailableError('no table yet');
  }

  async version(): Promise<string> {
    this.check();
    return 'fake 1';
  }

  async applyRetention(): Promise<number | null> {
    this.check();
    return this.removed;
  }

  async close(): Promise<void> {
    this.gone = true;
  }

  private check(): void {
    if (this.gone) throw new OlapUnavailableError('the engine does not answer');
  }
}
