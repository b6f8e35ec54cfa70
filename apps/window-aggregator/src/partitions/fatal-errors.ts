import { Injectable, Logger } from '@nestjs/common';
import { messageOf } from '@orderpulse/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { LogReplacedError } from './log-replaced-error';

/** How long the end waits for the group to let this member go, in ms. */
const LEAVING_MS = 1_000;

/** Where an error goes after which the process must not run on. Whoever started the process starts it again. */
@Injectable()
export class FatalErrors {
  private readonly logger = new Logger('fatal');
  private leave: () => Promise<void> = () => Promise.resolve();
  private leaving = false;

  /** Tells how to leave the group, once there is one. */
  leaveBy(leave: () => Promise<void>): void {
    this.leave = leave;
  }

  /**
   * Logs the error and ends the process with code 1: what is on disk is consistent, what is not is read again. At once, so that the
   * process comes back to its own place in the group; but after a LogReplacedError it leaves the group first, no longer than a second:
   * its place has the partitions of the topic before.
   */
  raise(error: unknown): void {
    this.logger.fatal(error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (error instanceof LogReplacedError) void this.leaveAndEnd();
    else process.exit(1);
  }

  private async leaveAndEnd(): Promise<void> {
    if (this.leaving) return;
    this.leaving = true;
    try {
      await Promise.race([this.leave(), delay(LEAVING_MS)]);
    } catch (error) {
      this.logger.error(`the group was not left: ${messageOf(error)}`);
    }
    process.exit(1);
  }
}
