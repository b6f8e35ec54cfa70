import { KafkaJSError, KafkaJSProtocolError } from 'kafkajs';
import { describeError } from '../core/failure';
import { delay } from '../core/signal';
import { EventLogError, FencedError, LogUnavailableError, RecordTooLargeError, UnknownTopicError } from '../errors';

const UNKNOWN = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID']);
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

/** A newer producer of the transactional id has another epoch, or the coordinator has aborted a transaction that was open for too long. */
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']);
/** There is no transaction that could go on or be ended that way, or the coordinator has forgotten the id (after a week without any). */
const WITHOUT_TRANSACTION = new Set(['INVALID_TXN_STATE', 'INVALID_PRODUCER_ID_MAPPING']);
/** Transactional requests that were not done and may be done later. */
const TRANSACTION_PUT_OFF = new Set(['OPERATION_NOT_ATTEMPTED', 'TRANSACTION_COORDINATOR_FENCED']);

/** Error codes of the protocol in answers that are decoded here, and whether asking again, perhaps another broker, may help. */
const FETCH_ERRORS: Readonly<Record<number, [type: string, retriable: boolean]>> = {
  [-1]: ['UNKNOWN', true],
  1: ['OFFSET_OUT_OF_RANGE', false],
  2: ['CORRUPT_MESSAGE', true],
  3: ['UNKNOWN_TOPIC_OR_PARTITION', true],
  5: ['LEADER_NOT_AVAILABLE', true],
  6: ['NOT_LEADER_FOR_PARTITION', true],
  7: ['REQUEST_TIMED_OUT', true],
  9: ['REPLICA_NOT_AVAILABLE', true],
  13: ['NETWORK_EXCEPTION', true],
  14: ['GROUP_LOAD_IN_PROGRESS', true],
  15: ['GROUP_COORDINATOR_NOT_AVAILABLE', true],
  16: ['NOT_COORDINATOR_FOR_GROUP', true],
  29: ['TOPIC_AUTHORIZATION_FAILED', false],
  47: ['INVALID_PRODUCER_EPOCH', false],
  50: ['INVALID_TRANSACTION_TIMEOUT', false],
  51: ['CONCURRENT_TRANSACTIONS', true],
  53: ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', false],
  56: ['KAFKA_STORAGE_ERROR', true],
  74: ['FENCED_LEADER_EPOCH', true],
  75: ['UNKNOWN_LEADER_EPOCH', true],
  76: ['UNSUPPORTED_COMPRESSION_TYPE', false],
  78: ['OFFSET_NOT_AVAILABLE', true],
  90: ['PRODUCER_FENCED', false],
  100: ['UNKNOWN_TOPIC_ID', true],
  103: ['INCONSISTENT_TOPIC_ID', true],
};

/** Errors of the client that hide why it has given up asking brokers. */
const TRIED_IN_VAIN = new Set(['KafkaJSNumberOfRetriesExceeded', 'KafkaJSGroupCoordinatorNotFound']);

const SETTLING_ATTEMPTS = 10;
const SETTLING_PAUSE_MS = 200;

/** Records that are in the log and cannot be decoded: damaged, or in a form that nobody here knows. */
export class UnreadableRecordsError extends EventLogError {
  readonly code = 'UNREADABLE_RECORDS';
  readonly retriable = false;

  /** @param reason what is wrong with "them", the records from `offset` on */
  constructor(
    { topic, partition }: { topic: string; partition: number },
    offset: number,
    reason: string,
    cause?: unknown,
  ) {
    super(
      `The records of ${topic}/${partition} from offset ${offset} on cannot be read: ${reason}. Write them anew, or let the group start above them`,
      { cause },
    );
  }
}

/** The error that a broker answered with, as the client would have made it of its code. */
export function fetchError(code: number): KafkaJSProtocolError {
  const [type, retriable] = FETCH_ERRORS[code] ?? [`error ${code} of the protocol`, false];
  return new KafkaJSProtocolError(Object.assign(new Error(`The broker answers ${type}`), { type, code, retriable }));
}

/** The error of the port for an error of the client; anything else comes back as it is. */
export function toLogError(error: unknown): unknown {
  if (error instanceof EventLogError || !(error instanceof KafkaJSError)) return error;
  const has = (set: ReadonlySet<string>): boolean => hasType(error, set);
  const options = { cause: error };
  if (has(UNKNOWN)) return new UnknownTopicError('The topic or partition does not exist', options);
  if (has(TOO_LARGE)) return new RecordTooLargeError('A record is larger than the topic takes', options);
  if (isPassing(error) || has(SEQUENCE_LOST) || has(GROUP_MOVED_ON)) {
    return new LogUnavailableError(`Kafka does not answer: ${describeError(error)}`, options);
  }
  return error;
}

/** The error of the port for an error in a transaction, also for one of the port that was made of it. */
export function toTransactionError(error: unknown): unknown {
  if (error instanceof FencedError) return error;
  const options = { cause: error };
  if (hasType(error, FENCED)) return new FencedError('Another producer was opened under this name', options);
  if (hasType(error, WITHOUT_TRANSACTION) || hasType(error, TRANSACTION_PUT_OFF)) {
    return new LogUnavailableError(`Kafka has given the transaction up: ${describeError(error)}`, options);
  }
  return toLogError(error);
}

/** The transaction is being ended, or begun by a request whose answer was lost. */
export function isTransactionBusy(error: unknown): boolean {
  return hasType(error, new Set(['CONCURRENT_TRANSACTIONS']));
}

/** There is no transaction to end, or it has ended otherwise. */
export function isWithoutTransaction(error: unknown): boolean {
  return hasType(error, WITHOUT_TRANSACTION);
}

/** The offset asked for is below the log's start or beyond its end. */
export function isOutOfRange(error: unknown): boolean {
  return errorType(error) === 'OFFSET_OUT_OF_RANGE';
}

/** Whether the same request, sent once more by the same producer, may be answered: a leader is gone, or is being chosen. */
export function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof KafkaJSError)) return false;
  return isPassing(error) && !hasType(error, SEQUENCE_LOST) && !hasType(error, TOO_LARGE);
}

/** True for errors that mean that the group has moved on without this member. */
export function isGroupError(error: unknown): boolean {
  return hasType(error, GROUP_MOVED_ON);
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
    chain(error).some((link) => link instanceof KafkaJSError && (link.retriable || TRIED_IN_VAIN.has(link.name))) ||
    /disconnect|connection|timeout/i.test(error.message)
  );
}

/** Whether the error, or one that caused it, is of one of these types of the protocol. */
function hasType(error: unknown, types: ReadonlySet<string>): boolean {
  return chain(error).some((link) => types.has(errorType(link) ?? ''));
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
