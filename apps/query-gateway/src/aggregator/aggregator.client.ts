import { Inject, Injectable } from '@nestjs/common';
import {
  type AggregatorStatus,
  aggregatorStatusSchema,
  type Overview,
  overviewSchema,
  WINDOW_NOT_VISIBLE,
} from '@orderpulse/contracts';
import { AppError, CONFIG, HttpClient, UnavailableError, UpstreamError } from '@orderpulse/service-kit';
import type { z } from 'zod';
import type { GatewayConfig } from '../config';

/** The windows of an asOf have expired in the stores; the SQL side still knows them. */
export class WindowNotVisibleError extends AppError {
  constructor(asOfMs: number, cause: unknown) {
    super(`The windows that end at ${asOfMs} are no longer in the stores.`, {
      code: WINDOW_NOT_VISIBLE,
      status: 410,
      cause,
    });
  }
}

/** The window aggregator over HTTP. Answers are checked: a wrong shape is as good as no answer. */
@Injectable()
export class AggregatorClient {
  private readonly http: HttpClient;

  constructor(@Inject(CONFIG) config: GatewayConfig) {
    this.http = new HttpClient({
      target: 'window-aggregator',
      baseUrl: config.WINDOW_AGGREGATOR_URL,
      timeoutMs: config.AGGREGATOR_TIMEOUT_MS,
      maxResponseBytes: 1024 * 1024,
    });
  }

  /**
   * The windows [asOf − 60 s, asOf) and [asOf − 120 s, asOf − 60 s).
   * @param asOfMs epoch ms on a full second
   * @throws WindowNotVisibleError, UnavailableError
   */
  overview(asOfMs: number): Promise<Overview> {
    return this.ask('/orders/overview', overviewSchema, { asOf: asOfMs }, (status, error) =>
      status === 410 ? new WindowNotVisibleError(asOfMs, error) : undefined,
    );
  }

  /** @throws UnavailableError */
  status(): Promise<AggregatorStatus> {
    return this.ask('/status', aggregatorStatusSchema);
  }

  private async ask<T>(
    path: string,
    schema: z.ZodType<T>,
    params: Record<string, number> = {},
    known: (status: number, error: unknown) => Error | undefined = () => undefined,
  ): Promise<T> {
    let body: unknown;
    try {
      body = await this.http.get<unknown>(path, { params });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      throw known(error.status, error) ?? badAnswer(`status ${error.status}`, error);
    }
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw badAnswer(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}`, parsed.error);
  }
}

function badAnswer(why: string, cause: unknown): UnavailableError {
  return new UnavailableError(`window-aggregator gave an answer that cannot be used (${why})`, {
    code: 'UPSTREAM_BAD_ANSWER',
    cause,
  });
}
