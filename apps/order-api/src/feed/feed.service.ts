import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { OrderFeedQuery } from '@orderpulse/contracts';
import { MetricsRegistry } from '@orderpulse/service-kit';
import { Counter } from 'prom-client';
import { Database } from '../database/database.service';
import { OutboxListener } from './outbox-listener';

/** Bound of an answer's events, in bytes; one event is served whatever its size. */
const PAGE_BYTES = 1_000_000;
/** Without a signal the feed is looked at so often, in ms: a lost notification costs no more. */
const LOOK_AGAIN_MS = 1_000;

/** json: one OrderFeed object. lines: a line with the feed's ends, then one line an event. */
export type FeedFormat = 'json' | 'lines';

/** The database puts the stored JSON texts together; no event is parsed on its way out. */
const READ_PAGE = `
  SELECT head.first_sequence AS earliest, head.last_sequence AS latest, page.count, page.text
  FROM shop.outbox_head AS head, (
    SELECT count(*) AS count,
           coalesce(string_agg('{"sequence":' || sequence || ',"orderId":' || to_json(order_id) || ',"eventTimeMs":'
                               || event_time_ms || ',"event":' || event || '}', $4 ORDER BY sequence), '') AS text
    FROM (
      SELECT *, sum(event_bytes) OVER (ORDER BY sequence) - event_bytes AS bytes_before
      FROM (SELECT * FROM shop.outbox WHERE sequence > $1 ORDER BY sequence LIMIT $2) AS next
    ) AS measured
    WHERE bytes_before < $3
  ) AS page`;

interface PageRow {
  earliest: number;
  latest: number;
  count: number;
  text: string;
}

/**
 * The outbox as a feed. Sequence numbers are given in commit order (see writeChanges), so a page never skips a number that
 * could still appear.
 */
@Injectable()
export class FeedService implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly served: Counter;

  constructor(
    private readonly database: Database,
    private readonly listener: OutboxListener,
    metrics: MetricsRegistry,
  ) {
    const registers = [metrics.registry];
    this.served = new Counter({ name: 'order_feed_events_served_total', help: 'Events served by the feed', registers });
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * Events after `query.after` (exclusive) in sequence order, as text. Waits up to `query.waitMs` for a first one.
   * @param gone fires when the caller has left
   */
  async read(query: OrderFeedQuery, format: FeedFormat, gone: AbortSignal): Promise<string> {
    const leave = AbortSignal.any([gone, this.stopping.signal]);
    const deadlineMs = performance.now() + query.waitMs;
    for (;;) {
      const { version } = this.listener.news;
      const page = await this.readPage(query, format);
      const leftMs = deadlineMs - performance.now();
      if (page.count > 0 || leftMs <= 0 || leave.aborted) {
        this.served.inc(page.count);
        return toText(page, format);
      }
      await this.listener.news.after(version, Math.min(leftMs, LOOK_AGAIN_MS), leave);
    }
  }

  private async readPage(query: OrderFeedQuery, format: FeedFormat): Promise<PageRow> {
    const separator = format === 'json' ? ',' : '\n';
    const { rows } = await this.database.run<PageRow>(READ_PAGE, [query.after, query.limit, PAGE_BYTES, separator]);
    const page = rows[0];
    if (!page) throw new Error('the head of the outbox is missing');
    return page;
  }
}

function toText({ earliest, latest, count, text }: PageRow, format: FeedFormat): string {
  const ends = `"latestSequence":${latest},"earliestSequence":${earliest}`;
  if (format === 'json') return `{"events":[${text}],${ends}}`;
  return count > 0 ? `{${ends}}\n${text}\n` : `{${ends}}\n`;
}
