import { Inject, Injectable } from '@nestjs/common';
import { orderFeedSchema, producerStatusSchema, type ShopStatus, shopStatusSchema } from '@orderpulse/contracts';
import { CONFIG, HttpClient, messageOf, readinessReasons } from '@orderpulse/service-kit';
import { isAxiosError } from 'axios';
import { AggregatorClient } from '../aggregator/aggregator.client';
import type { GatewayConfig } from '../config';
import type { HopReading } from './hop-rules';

/** Short, because a page waits for the slowest of all probes. */
export const PROBE_TIMEOUT_MS = 1_200;

/** Asks the services along the pipeline how they are. No method rejects: no answer is a reading too. */
@Injectable()
export class ServiceProbes {
  private readonly orderApi: HttpClient;
  private readonly orderProducer: HttpClient;
  /** The newest sequence seen, so that the feed is asked for no more than one event. */
  private latestSequence = 0;

  constructor(
    @Inject(CONFIG) config: GatewayConfig,
    private readonly aggregatorClient: AggregatorClient,
  ) {
    const limits = { timeoutMs: PROBE_TIMEOUT_MS, retries: 0, maxResponseBytes: 4 * 1024 * 1024 };
    this.orderApi = new HttpClient({ target: 'order-api', baseUrl: config.ORDER_API_URL, ...limits });
    this.orderProducer = new HttpClient({ target: 'order-producer', baseUrl: config.ORDER_PRODUCER_URL, ...limits });
  }

  orderApiReading(): Promise<HopReading> {
    return reading(async () => {
      const params = { after: this.latestSequence, limit: 1 };
      const [, feed] = await Promise.all([
        this.orderApi.get('/health/ready'),
        this.orderApi.get<unknown>('/order-events', { params }).then((body) => orderFeedSchema.parse(body)),
      ]);
      this.latestSequence = feed.latestSequence;
      return { answers: true, counter: feed.latestSequence, lag: null, watermarkMs: null, message: null };
    });
  }

  /** What the simulated shop does; null when the order API does not say: the reading of that hop has the reason. */
  async shopState(): Promise<ShopStatus['state'] | null> {
    try {
      return shopStatusSchema.parse(await this.orderApi.get<unknown>('/shop')).state;
    } catch {
      return null;
    }
  }

  orderProducerReading(): Promise<HopReading> {
    return reading(async () => {
      const status = producerStatusSchema.parse(await this.orderProducer.get<unknown>('/status'));
      const gap = status.gap > 0 ? `${status.gap} events had left the feed before they were published` : null;
      const message = status.lastError ?? gap;
      return { answers: true, counter: status.cursor, lag: status.lag, watermarkMs: null, message };
    });
  }

  aggregatorReading(): Promise<HopReading> {
    return reading(async () => {
      const status = await this.aggregatorClient.status();
      const times = status.partitions.flatMap((partition) => partition.streamTimeMs ?? []);
      return {
        answers: true,
        counter: status.read,
        lag: status.lag,
        watermarkMs: times.length === 0 ? null : Math.max(...times),
        message: status.alarms.length === 0 ? null : status.alarms.join('; '),
      };
    });
  }
}

/** Turns an outage into a reading. */
export async function reading(probe: () => Promise<HopReading>): Promise<HopReading> {
  try {
    return await probe();
  } catch (error) {
    return { answers: false, reason: reasonOf(error) };
  }
}

/** A service that is not ready says why in its answer's body; that says more than the status. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return readinessReasons(isAxiosError(cause) ? cause.response?.data : undefined) ?? messageOf(error);
}
