import { type ISocketFactory, Kafka, logLevel, type SASLOptions } from 'kafkajs';

export interface KafkaSettings {
  /** host:port of one broker or more. */
  brokers: readonly string[];
  /** How the brokers' logs and quotas name this process. Default orderpulse. */
  clientId?: string;
  /** Encrypts connections; default false. */
  ssl?: boolean;
  sasl?: SASLOptions;
  /**
   * For how long an append is sent again, in ms, before it rejects: longer than the cluster takes to notice that a broker is
   * gone (nine seconds unless set otherwise) and to choose new leaders. With no broker left it rejects at once. Default 15,000.
   */
  appendPatienceMs?: number;
}

/** Retries within one call are few: whoever called decides, over a new connection, whether and when to try again. */
export const RETRY = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };
const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * The client; it writes no log of its own, its errors come to us.
 * @param sockets default: the client's own
 */
export function createKafka(settings: KafkaSettings, sockets?: ISocketFactory): Kafka {
  return new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId ?? 'orderpulse',
    logLevel: logLevel.NOTHING,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    ...(sockets === undefined ? {} : { socketFactory: sockets }),
    ...(settings.ssl === undefined ? {} : { ssl: settings.ssl }),
    ...(settings.sasl === undefined ? {} : { sasl: settings.sasl }),
  });
}
