/** The engine does not answer, answers with an error, or lacks a table. Trying again may help. */
export class OlapUnavailableError extends Error {
  readonly code = 'OLAP_UNAVAILABLE';
  readonly retriable = true;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'OlapUnavailableError';
  }
}

/** A figure is no whole number below 2^53, so a JavaScript number cannot hold it exactly. Nothing was answered. */
export class OlapInexactError extends Error {
  readonly code = 'OLAP_INEXACT';
  readonly retriable = false;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'OlapInexactError';
  }
}

/** The engine refuses a table or schema as declared. Trying again does not help: the declaration has to change. */
export class OlapDeclarationError extends Error {
  readonly code = 'OLAP_DECLARATION_REFUSED';
  readonly retriable = false;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'OlapDeclarationError';
  }
}
