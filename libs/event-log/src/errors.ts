/** Base of the log's errors: a stable code, and whether trying again may help. */
export abstract class EventLogError extends Error {
  abstract readonly code: string;
  abstract readonly retriable: boolean;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The log does not answer. */
export class LogUnavailableError extends EventLogError {
  readonly code = 'LOG_UNAVAILABLE';
  readonly retriable = true;
}

/** There is no such topic or partition; it may be created later. */
export class UnknownTopicError extends EventLogError {
  readonly code = 'UNKNOWN_TOPIC';
  readonly retriable = true;
}

/** A record is over the topic's maxRecordBytes. */
export class RecordTooLargeError extends EventLogError {
  readonly code = 'RECORD_TOO_LARGE';
  readonly retriable = false;
}

/** A record is not what its topic takes: one without a key in a compacted topic. */
export class InvalidRecordError extends EventLogError {
  readonly code = 'INVALID_RECORD';
  readonly retriable = false;
}

/**
 * Another producer was opened under the same name. Or this one was held up for so long in the middle of an append that the log gave
 * it up, which cannot always be told apart. Only its opener can know whether it may open a new one.
 */
export class FencedError extends EventLogError {
  readonly code = 'FENCED';
  readonly retriable = false;
}
