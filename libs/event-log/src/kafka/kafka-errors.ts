import { KafkaJSError, KafkaJSProtocolError } from 'kafkajs';
import { describeError } from '../core/failure';
import { delay } from '../core/signal';
import { EventLogError, LogUnavailableError, RecordTooLargeError, UnknownTopicError } from '../errors';

const UNKNOWN = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID']);
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
/** The member is no longer what it was in its group; joining again is all there is to do. */
const GROUP_MOVED_ON = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
  'FENCED_INSTANCE_ID',
]);
/** Brokers say so when the producer's numbering and theirs differ; a new producer starts a new numbering. */
const SEQUENCE_LOST = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
]);

const SETTLING_ATTEMPTS = 10;
const SETTLING_PAUSE_MS = 200;

/** The error of the port for an error of the client; anything else comes back as it is. */
export function toLogError(error: unknown): unknown {
  if (error instanceof EventLogError || !(error instanceof KafkaJSError)) return error;
  const types = chain(error).map(errorType);
  const has = (set: ReadonlySet<string>): boolean => types.some((type) => type !== null && set.has(type));
  const options = { cause: error };
  if (has(UNKNOWN)) return new UnknownTopicError('The topic or partition does not exist', options);
  if (has(TOO_LARGE)) return new RecordTooLargeError('A record is larger than the topic takes', options);
  if (isPassing(error) || has(SEQUENCE_LOST) || has(GROUP_MOVED_ON)) {
    return new LogUnavailableError(`Kafka does not answer: ${describeError(error)}`, options);
  }
  return error;
}

/** Whether the same request, sent once more by the same producer, may be answered: a leader is gone, or is being chosen. */
export function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof KafkaJSError)) return false;
  const types = chain(error).map(errorType);
  return isPassing(error) && !types.some((type) => type !== null && (SEQUENCE_LOST.has(type) || TOO_LARGE.has(type)));
}

/** True for errors that mean that the group has moved on without this member. */
export function isGroupError(error: unknown): boolean {
  return chain(error).some((link) => {
    const type = errorType(link);
    return type !== null && GROUP_MOVED_ON.has(type);
  });
}

/**
 * Repeats a question that the brokers answered with "not yet" (a coordinator loads its groups, a leader is being chosen), for
 * about two seconds. Other errors come through at once; that there is no such topic is one of them, unless it has just been made and
 * only not every broker has heard of it.
 */
export async function repeatedWhileSettling<T>(ask: () => Promise<T>, isNewTopic = false): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const settling =
        error instanceof KafkaJSProtocolError && error.retriable && (isNewTopic || !UNKNOWN.has(error.type));
      if (!settling || attempt === SETTLING_ATTEMPTS) throw error;
      await delay(SETTLING_PAUSE_MS);
    }
  }
}

/** Whether trying again may help: the client says so of the error at the root, and gives up after some tries of its own. */
function isPassing(error: KafkaJSError): boolean {
  return (
    chain(error).some(
      (link) => link instanceof KafkaJSError && (link.retriable || link.name === 'KafkaJSNumberOfRetriesExceeded'),
    ) || /disconnect|connection|timeout/i.test(error.message)
  );
}

function chain(error: unknown): unknown[] {
  const links: unknown[] = [];
  for (let link = error; link instanceof Error && links.length < 10; link = link.cause) {
    links.push(link);
    if ('errors' in link && Array.isArray(link.errors)) links.push(...link.errors.slice(0, 10));
  }
  return links;
}

function errorType(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('type' in error)) return null;
  return typeof error.type === 'string' ? error.type : null;
}
