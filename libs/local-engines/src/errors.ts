/** Names of the engines this library runs. */
export type EngineName = 'postgres' | 'zookeeper' | JvmEngine;

/** Engines that run on Java and are fetched by Maven. */
export type JvmEngine = 'kafka' | 'pinot';

/** What went wrong, stable for programs; the message is for people. */
export type EngineErrorCode =
  | 'PORT_IN_USE'
  | 'ALREADY_RUNNING'
  | 'BINARIES_MISSING'
  | 'JAVA_MISSING'
  | 'MAVEN_MISSING'
  | 'FETCH_FAILED'
  | 'DATA_DIR_NOT_ACCESSIBLE'
  | 'START_FAILED'
  | 'START_TIMEOUT'
  | 'START_ABORTED';

/** Details of an {@link EngineError}. */
export interface EngineErrorOptions {
  code: EngineErrorCode;
  engine: EngineName;
  /** Shown to the user: what went wrong and how to put it right. */
  message: string;
  /** The port in question, for PORT_IN_USE. */
  port?: number;
  /** Whether the same call may succeed later without anybody changing anything. Default: false. */
  retriable?: boolean;
  cause?: unknown;
}

/** Every failure of this library to fetch or start an engine. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly engine: EngineName;
  readonly port: number | undefined;
  readonly retriable: boolean;

  constructor(options: EngineErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EngineError';
    this.code = options.code;
    this.engine = options.engine;
    this.port = options.port;
    this.retriable = options.retriable ?? false;
  }
}
