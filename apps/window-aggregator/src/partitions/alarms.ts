import { Injectable, Logger } from '@nestjs/common';

const KEPT = 50;

/** What went wrong or was put right since the process started, newest last; each is in the log as well. */
@Injectable()
export class Alarms {
  private readonly logger = new Logger('alarms');
  private readonly raised: string[] = [];

  raise(message: string): void {
    this.logger.error(message);
    this.raised.push(message);
    if (this.raised.length > KEPT) this.raised.shift();
  }

  list(): readonly string[] {
    return this.raised;
  }
}
