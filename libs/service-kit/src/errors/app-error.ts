/** One bad field of a request. */
export interface FieldError {
  field: string;
  message: string;
}

export interface AppErrorOptions {
  /** Stable, in capitals, such as ORDER_NOT_FOUND. */
  code: string;
  /** HTTP status it maps to. */
  status: number;
  /** Whether the same call may succeed later. */
  retriable?: boolean;
  /** For 429 and 503, in seconds. */
  retryAfterSeconds?: number;
  errors?: readonly FieldError[];
  cause?: unknown;
}

/** An error that is meant for the caller: its message is shown in the problem's detail. */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retriable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly errors: readonly FieldError[] | undefined;

  constructor(message: string, options: AppErrorOptions) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.status = options.status;
    this.retriable = options.retriable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.errors = options.errors;
  }
}

export class NotFoundError extends AppError {
  constructor(message: string, code = 'NOT_FOUND') {
    super(message, { code, status: 404 });
  }
}

export class BadRequestError extends AppError {
  constructor(message: string, errors?: readonly FieldError[], code = 'BAD_REQUEST') {
    super(message, { code, status: 400, ...(errors ? { errors } : {}) });
  }
}

export class ConflictError extends AppError {
  constructor(message: string, code = 'CONFLICT') {
    super(message, { code, status: 409 });
  }
}

/** An engine or another service does not answer: 503 with Retry-After. */
export class UnavailableError extends AppError {
  constructor(message: string, options: { code?: string; retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, {
      code: options.code ?? 'ENGINE_UNAVAILABLE',
      status: 503,
      retriable: true,
      retryAfterSeconds: options.retryAfterSeconds ?? 2,
      cause: options.cause,
    });
  }
}
