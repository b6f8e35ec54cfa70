import { Injectable } from '@nestjs/common';
import type { Meta } from '@orderpulse/contracts';
import { UnavailableError } from '@orderpulse/service-kit';
import { LogMonitor } from './log-monitor';
import { PartitionsService, type HeldPartition } from './partitions.service';

/** Says of every answer where it comes from and how far it can be trusted. */
@Injectable()
export class AnswerMeta {
  constructor(
    private readonly partitions: PartitionsService,
    private readonly log: LogMonitor,
  ) {}

  /** @throws UnavailableError while no partition is open: zeros would look like an idle shop */
  of(asOfMs: number): Meta {
    const held = this.partitions.all();
    if (held.length === 0) {
      throw new UnavailableError('The window stores are not open yet.', {
        code: 'STORES_STARTING',
        retryAfterSeconds: 1,
      });
    }
    const streamTimes = held.map(({ worker }) => worker.windows.streamTimeMs);
    const newest = Math.max(...streamTimes);
    return {
      asOf: asOfMs,
      source: 'stores',
      watermarkMs: newest < 0 ? null : newest,
      lag: this.totalLag(held),
      late: held.reduce((sum, { worker }) => sum + worker.windows.counters.late, 0),
      partial: this.isPartial(held),
    };
  }

  /** Records of a partition that are not read yet; null while the log does not say how many it has. */
  lagOf({ worker }: HeldPartition): number | null {
    const end = this.log.endOf(worker.partition);
    // The end is up to a second old; what has been read since is no negative lag.
    return end === null ? null : Math.max(0, Math.max(end, worker.knownEnd ?? 0) - worker.nextOffset);
  }

  /** Sum over the partitions; null when one is unknown. */
  totalLag(held: readonly HeldPartition[]): number | null {
    return held
      .map((each) => this.lagOf(each))
      .reduce((sum, lag) => (sum === null || lag === null ? null : sum + lag), 0);
  }

  /**
   * A partition that this instance has never opened is missing. One that was revoked is another instance's, and what is in
   * memory of it grows old, unless the log is away: then nobody reads, and it is all there is.
   */
  private isPartial(held: readonly HeldPartition[]): boolean {
    if (held.length < this.log.partitionCount) return true;
    return held.some(({ worker, state }) => state === 'stopped' && this.log.endOf(worker.partition) !== null);
  }
}
