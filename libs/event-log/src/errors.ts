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
