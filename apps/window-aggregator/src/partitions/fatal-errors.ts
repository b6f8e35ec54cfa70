import { Injectable, Logger } from '@nestjs/common';

/** Where an error goes after which the process must not run on. Whoever started the process starts it again. */
@Injectable()
export class FatalErrors {
  private readonly logger = new Logger('fatal');

  /** Logs the error and ends the process with code 1: what is on disk is consistent, what is not is read again. */
  raise(error: unknown): void {
    this.logger.fatal(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  }
}
