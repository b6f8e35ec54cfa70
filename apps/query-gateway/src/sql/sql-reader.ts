import { Inject, Injectable } from '@nestjs/common';
import type { Meta } from '@orderpulse/contracts';
import { type Fresh, OLAP_STORE, type OlapStore } from '@orderpulse/olap-store';
import { CONFIG } from '@orderpulse/service-kit';
import type { GatewayConfig } from '../config';
import { IngestLag } from '../ingestion/ingest-lag';
import { withinDeadline } from './deadline';
import { SharedQueries } from '../shared-queries';

/** Asks the SQL side the named queries, in bounded time, and puts `meta` beside the rows. */
@Injectable()
export class SqlReader {
  private readonly shared = new SharedQueries();

  constructor(
    @Inject(OLAP_STORE) private readonly store: OlapStore,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    private readonly lag: IngestLag,
  ) {}

  /**
   * @param key names the question with all its parameters
   * @throws OlapUnavailableError, UnavailableError when there is no answer within SQL_TIMEOUT_MS; both are 503
   */
  async read<T extends object>(
    key: string,
    asOfMs: number,
    query: (store: OlapStore) => Promise<Fresh<T>>,
  ): Promise<{ rows: Omit<T, 'watermarkMs' | 'partial'>; meta: Meta }> {
    // The deadline is part of what is shared: who asks again after it must not be given the answer that never came.
    const fresh = await this.shared.ask(key, () =>
      withinDeadline(query(this.store), this.config.SQL_TIMEOUT_MS, this.store.kind),
    );
    const { watermarkMs, partial, ...rows } = fresh;
    const meta: Meta = {
      asOf: asOfMs,
      source: this.store.kind,
      watermarkMs,
      lag: this.lag.records(),
      late: null,
      partial,
    };
    return { rows, meta };
  }

  /** Resolves when the engine answers and has its tables. @throws as read */
  ping(): Promise<void> {
    return withinDeadline(this.store.ping(), this.config.SQL_TIMEOUT_MS, this.store.kind);
  }
}
