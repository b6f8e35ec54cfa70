import axios, { type AxiosInstance, type AxiosRequestConfig, isAxiosError } from 'axios';
import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors/app-error';

export interface HttpClientOptions {
  /** What is called, for messages: "order-api". */
  target: string;
  baseUrl: string;
  /** For the whole call, in ms. Default 2,000. */
  timeoutMs?: number;
  /** Largest answer, in bytes. Default 16 MiB. */
  maxResponseBytes?: number;
  /** Extra tries of a GET after a network error or 502/503/504. Default 1. */
  retries?: number;
}

/** Status and problem of an answer that was not 2xx and will not change by asking again. */
export class UpstreamError extends Error {
  readonly code = 'UPSTREAM_ERROR';
  readonly retriable = false;

  constructor(
    message: string,
    readonly status: number,
    readonly body: unknown,
  ) {
    super(message);
    this.name = 'UpstreamError';
  }
}

/** axios with the product's rules: bounded time and size, no redirects, retries for GET, two kinds of error. */
export class HttpClient {
  private readonly client: AxiosInstance;
  private readonly retries: number;
  private readonly target: string;

  constructor(options: HttpClientOptions) {
    this.target = options.target;
    this.retries = options.retries ?? 1;
    this.client = axios.create({
      baseURL: options.baseUrl,
      timeout: options.timeoutMs ?? 2_000,
      maxRedirects: 0,
      maxContentLength: options.maxResponseBytes ?? 16 * 1024 * 1024,
      proxy: false,
    });
  }

  /** @throws UnavailableError (no answer, 5xx or 429), UpstreamError (other status) */
  async get<T>(path: string, config: AxiosRequestConfig = {}): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return (await this.client.get<T>(path, config)).data;
      } catch (error) {
        const mapped = this.map(error);
        if (!(mapped instanceof UnavailableError) || attempt >= this.retries || config.signal?.aborted) throw mapped;
        await delay(100 * 2 ** attempt);
      }
    }
  }

  /** One try only: the caller knows whether a repeat is harmless. @throws as get */
  async send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, config: AxiosRequestConfig = {}): Promise<T> {
    try {
      return (await this.client.request<T>({ ...config, method, url: path, data: body })).data;
    } catch (error) {
      throw this.map(error);
    }
  }

  private map(error: unknown): unknown {
    if (!isAxiosError(error)) return error;
    const status = error.response?.status;
    if (status === undefined || status >= 500 || status === 429) {
      const why = status === undefined ? (error.code ?? error.message) : `status ${status}`;
      return new UnavailableError(`${this.target} does not answer (${why})`, { code: 'UPSTREAM_UNAVAILABLE', cause: error });
    }
    return new UpstreamError(`${this.target} answered ${status}`, status, error.response?.data);
  }
}
