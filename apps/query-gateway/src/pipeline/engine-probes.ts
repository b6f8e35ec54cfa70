import { Inject, Injectable } from '@nestjs/common';
import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { EVENT_LOG, type EventLog, type EventLogAdmin } from '@orderpulse/event-log';
import { OLAP_STORE, type OlapStore } from '@orderpulse/olap-store';
import { IngestLag } from '../ingestion/ingest-lag';
import { withinDeadline } from '../sql/deadline';
import type { HopReading } from './hop-rules';
import { PROBE_TIMEOUT_MS, reading } from './service-probes';

/** A SQL side that cannot count its lag has work when its newest event is this much older than the stores' newest. */
const BEHIND_MS = 10_000;

/** Asks the event log and the SQL side how they are. No method rejects. */
@Injectable()
export class EngineProbes {
  private readonly admin: EventLogAdmin;

  constructor(
    @Inject(EVENT_LOG) log: EventLog,
    @Inject(OLAP_STORE) private readonly olap: OlapStore,
    private readonly lag: IngestLag,
  ) {
    this.admin = log.admin();
  }

  topicReading(): Promise<HopReading> {
    return reading(async () => {
      const bounds = await withinDeadline(this.admin.bounds(ORDERS_TOPIC), PROBE_TIMEOUT_MS, 'the event log');
      this.lag.sawEnds(bounds);
      const counter = bounds.reduce((sum, { end }) => sum + end, 0);
      return { answers: true, counter, lag: null, watermarkMs: null, message: null };
    });
  }

  /** @param newestMs the newest event time in the stores, epoch ms, to compare with; null when it is not known */
  sqlReading(nowMs: number, newestMs: number | null): Promise<HopReading> {
    return reading(async () => {
      const lastSecond = { fromMs: nowMs - 1_000, toMs: nowMs };
      const { watermarkMs, partial } = await withinDeadline(
        this.olap.period(lastSecond),
        PROBE_TIMEOUT_MS,
        this.olap.kind,
      );
      const lag = this.lag.records();
      const behind = newestMs !== null && newestMs - (watermarkMs ?? 0) > BEHIND_MS;
      return {
        answers: true,
        counter: this.lag.nextOffsets() ?? watermarkMs,
        lag,
        watermarkMs,
        ...(lag === null ? { hasWork: behind } : {}),
        message: partial ? 'a server or a segment does not answer' : this.lag.problem(),
      };
    });
  }
}
