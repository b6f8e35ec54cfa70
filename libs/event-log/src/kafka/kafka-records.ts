import type { LogRecord, RecordHeaders } from '../port';
import type { FetchedMessage } from './kafka-cluster';

/** A record of the port from one of the client. Of several headers of one name the last counts. */
export function toLogRecord(topic: string, partition: number, message: FetchedMessage): LogRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key === null ? null : message.key.toString('utf8'),
    value: message.value,
    headers: toHeaders(message.headers),
    timestampMs: Number(message.timestamp),
  };
}

function toHeaders(headers: FetchedMessage['headers']): RecordHeaders {
  const decoded: Record<string, Uint8Array> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    decoded[name] = typeof last === 'string' ? Buffer.from(last) : (last ?? Buffer.alloc(0));
  }
  return decoded;
}
