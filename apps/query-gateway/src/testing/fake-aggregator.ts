import { type AggregatorStatus, type Overview, WINDOW_NOT_VISIBLE } from '@orderpulse/contracts';
import { FakeService } from './fake-services';
import { periodOf } from './fake-olap-store';

export const overviewOf = (asOf: number, orders = 7): Overview => ({
  currentTimePeriod: periodOf(orders),
  previousTimePeriod: periodOf(orders - 1),
  meta: { asOf, source: 'stores', watermarkMs: asOf - 5, lag: 0, late: 0, partial: false },
});

export const aggregatorStatus = (read: number, lag = 0, streamTimeMs: number | null = null): AggregatorStatus => {
  const totals = { orders: read, revenue: 0, fraud: 0, delivered: 0, refunded: 0 };
  const counts = { read, counted: read, duplicate: 0, late: 0, deadLettered: 0, gap: 0, lag, totals };
  const partition = {
    partition: 0,
    state: 'running' as const,
    streamTimeMs,
    nextOffset: read,
    checkpointOffset: read,
    endOffset: read + lag,
  };
  return { ...counts, partitions: [{ ...partition, ...counts, slices: 0, lastCheckpointMs: null }], alarms: [] };
};

/** An aggregator that answers any second from `oldestMs` on. */
export class FakeAggregator extends FakeService {
  oldestMs = 0;
  read = 100;
  lag = 0;
  streamTimeMs: number | null = null;
  /** How long after a second its last order is read, in ms: an overview asked for before lacks it. */
  readDelayMs = 0;

  constructor() {
    super((url) => this.route(url));
  }

  /** The seconds whose overview was asked for. */
  get askedSeconds(): number[] {
    return this.asked
      .filter((path) => path.startsWith('/orders/overview'))
      .map((path) => Number(new URL(path, 'http://x').searchParams.get('asOf')));
  }

  private route(url: URL): { status?: number; body: unknown } {
    if (url.pathname === '/status') return { body: aggregatorStatus(this.read, this.lag, this.streamTimeMs) };
    const asOf = Number(url.searchParams.get('asOf'));
    const problem = { type: 'about:blank', title: 'Gone', status: 410, code: WINDOW_NOT_VISIBLE };
    if (asOf < this.oldestMs) return { status: 410, body: problem };
    return { body: overviewOf(asOf, Date.now() < asOf + this.readDelayMs ? 6 : 7) };
  }
}
