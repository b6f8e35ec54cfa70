import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { PinotOlapAdmin } from './pinot/pinot-olap-admin';
import { PinotOlapStore } from './pinot/pinot-olap-store';
import type { TableSettings } from './pinot/dialect';
import type { OlapAdmin, OlapIngester, OlapStore } from './port';
import { PostgresOlapAdmin } from './postgres/postgres-olap-admin';
import { PostgresOlapIngester } from './postgres/postgres-olap-ingester';
import { PostgresOlapStore } from './postgres/postgres-olap-store';

/** Time-outs of both engines, in ms. */
export interface OlapTimeouts {
  /** How long a connection may take to come up, so how soon a dead engine is noticed. Default 1,500. */
  connectTimeoutMs?: number;
  /** How long one statement or request may take. Default 10,000. */
  requestTimeoutMs?: number;
}

/** The SQL side in PostgreSQL, schema `olap`. */
export interface PostgresOlapSettings extends OlapTimeouts {
  kind: 'postgres';
  databaseUrl: string;
  /** How long rows stay, by event time, in ms. Default 24 h. */
  retentionMs?: number;
}

/** The SQL side in Pinot. */
export interface PinotOlapSettings extends OlapTimeouts {
  kind: 'pinot';
  controllerUrl: string;
  brokerUrl: string;
  /** Kafka as Pinot reaches it (host:port, comma-separated), which need not be how this process does. */
  kafkaBrokers: string;
  /** The topic that the tables read. Default FakeEcommOrders. */
  topic?: string;
  /** How long segments stay, by event time, in ms; rounded up to whole hours. Default 24 h. */
  retentionMs?: number;
  /** Copies of each segment. Default 1. */
  replication?: number;
  /**
   * Events after which a server closes its consuming segments of a table, over all partitions; the tables take turns. Closing stops
   * the reading of a partition for as long as it takes to build its segment, and what is in none is read again after a restart.
   * Default 100,000.
   */
  segmentRows?: number;
  /** Age at which a consuming segment is closed, in ms. Default 1 h. */
  segmentAgeMs?: number;
  /** Basic authentication of controller and broker. */
  auth?: { username: string; password: string };
}

export type OlapSettings = PostgresOlapSettings | PinotOlapSettings;

const HOUR_MS = 3_600_000;

/** The store that the settings name. Connects at the first query; the engine need not be up yet. */
export function createOlapStore(settings: OlapSettings): OlapStore {
  if (settings.kind === 'postgres') return new PostgresOlapStore(databaseOptions(settings));
  return new PinotOlapStore({ brokerUrl: settings.brokerUrl, ...httpOptions(settings) });
}

/** What brings the tables of that store up. */
export function createOlapAdmin(settings: OlapSettings): OlapAdmin {
  if (settings.kind === 'postgres') {
    const { retentionMs } = settings;
    return new PostgresOlapAdmin({
      ...databaseOptions(settings),
      ...(retentionMs === undefined ? {} : { retentionMs }),
    });
  }
  const { controllerUrl, brokerUrl } = settings;
  return new PinotOlapAdmin({ controllerUrl, brokerUrl, tables: tableSettings(settings), ...httpOptions(settings) });
}

/**
 * What fills the tables from the topic; null where the engine reads it by itself. A batch may take longer than an answer
 * that somebody waits for, so the settings' time-outs do not hold for it.
 */
export function createOlapIngester(settings: OlapSettings): OlapIngester | null {
  return settings.kind === 'postgres' ? new PostgresOlapIngester({ databaseUrl: settings.databaseUrl }) : null;
}

function databaseOptions({ databaseUrl, connectTimeoutMs, requestTimeoutMs }: PostgresOlapSettings) {
  return {
    databaseUrl,
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(requestTimeoutMs === undefined ? {} : { statementTimeoutMs: requestTimeoutMs }),
  };
}

function httpOptions({ connectTimeoutMs, requestTimeoutMs, auth }: PinotOlapSettings) {
  return {
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(auth === undefined ? {} : { auth }),
  };
}

function tableSettings(settings: PinotOlapSettings): TableSettings {
  return {
    topic: settings.topic ?? ORDERS_TOPIC,
    kafkaBrokers: settings.kafkaBrokers,
    replication: settings.replication ?? 1,
    retentionMs: settings.retentionMs ?? 24 * HOUR_MS,
    segmentRows: settings.segmentRows ?? 100_000,
    segmentAgeMs: settings.segmentAgeMs ?? HOUR_MS,
  };
}
