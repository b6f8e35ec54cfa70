import { Inject, Injectable } from '@nestjs/common';
import { type Overview, overviewSchema } from '@orderpulse/contracts';
import { CONFIG, HttpClient, readinessReasons, UnavailableError } from '@orderpulse/service-kit';
import { isAxiosError } from 'axios';
import type { SchedulerConfig } from '../config';

const TIMEOUT_MS = 2_000;

export const SERVICE_NAMES = ['order-api', 'order-producer', 'window-aggregator', 'query-gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The other services over HTTP. */
@Injectable()
export class ServicesClient {
  private readonly clients: Readonly<Record<ServiceName, HttpClient>>;

  constructor(@Inject(CONFIG) config: SchedulerConfig) {
    const client = (target: ServiceName, baseUrl: string | string[]): HttpClient =>
      new HttpClient({ target, baseUrl, timeoutMs: TIMEOUT_MS, retries: 0, maxResponseBytes: 1024 * 1024 });
    this.clients = {
      'order-api': client('order-api', config.ORDER_API_URL),
      'order-producer': client('order-producer', config.ORDER_PRODUCER_URL),
      'window-aggregator': client('window-aggregator', config.WINDOW_AGGREGATOR_URL),
      'query-gateway': client('query-gateway', config.GATEWAY_URL),
    };
  }

  /** Resolves when a service says it is ready. @throws UnavailableError with the reasons it gives */
  async ready(service: ServiceName): Promise<void> {
    try {
      await this.clients[service].get('/health/ready');
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      const reasons = readinessReasons(isAxiosError(cause) ? cause.response?.data : undefined);
      if (reasons === undefined) throw error;
      throw new UnavailableError(`${service} is not ready: ${reasons}`, { code: 'NOT_READY', cause: error });
    }
  }

  /**
   * The figures by way of the gateway.
   * @param side stores: the window stores (or SQL when they have expired there; see meta.source); sql: always SQL
   * @throws UnavailableError, UpstreamError
   */
  async overview(side: 'stores' | 'sql', asOfMs?: number): Promise<Overview> {
    const path = side === 'stores' ? '/orders/overview' : '/orders/overview2';
    const body = await this.clients['query-gateway'].get<unknown>(path, {
      params: asOfMs === undefined ? {} : { asOf: asOfMs },
    });
    return overviewSchema.parse(body);
  }
}
