import type { PostgresOlapIngester } from '@orderpulse/olap-store';

/** What fills the SQL tables from the topic. */
export type OlapIngester = Pick<PostgresOlapIngester, 'nextOffset' | 'ingest' | 'close'>;

/** Injection token of the OlapIngester, or of null where the engine reads the topic by itself. */
export const OLAP_INGESTER = Symbol('OlapIngester');
