import { Inject, Injectable } from '@nestjs/common';
import { ORDER_FEED_LINES_TYPE } from '@orderpulse/contracts';
import { CONFIG, HttpClient } from '@orderpulse/service-kit';
import type { OrderProducerConfig } from '../config';
import { readFeedLines } from './feed-lines';
import { type FeedPage, OrderFeed } from './order-feed';

/** Beyond the time that the feed may wait. */
const ANSWER_MS = 5_000;

/** The feed of the order API over HTTP. */
@Injectable()
export class HttpOrderFeed extends OrderFeed {
  private readonly client: HttpClient;

  constructor(@Inject(CONFIG) private readonly config: OrderProducerConfig) {
    super();
    const timeoutMs = config.FEED_WAIT_MS + ANSWER_MS;
    // The publisher tries again by itself, with its own pauses.
    this.client = new HttpClient({ target: 'order-api', baseUrl: config.ORDER_API_URL, timeoutMs, retries: 0 });
  }

  /** @throws UnavailableError, UpstreamError, BadFeedError */
  async read(after: number, signal: AbortSignal): Promise<FeedPage> {
    const body = await this.client.get<Buffer>('/order-events', {
      params: { after, limit: this.config.BATCH_EVENTS, waitMs: this.config.FEED_WAIT_MS },
      headers: { accept: ORDER_FEED_LINES_TYPE },
      responseType: 'arraybuffer',
      signal,
    });
    return readFeedLines(body);
  }
}
