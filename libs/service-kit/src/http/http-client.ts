import axios, { type AxiosInstance, type AxiosRequestConfig, isAxiosError } from 'axios';
import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors/app-error';

export interface HttpClientOptions {
  /** What is called, for messages: "order-api". */
  target: string;
  /** Several are equal instances: the one that answered last is asked first, then the others in turn. */
  baseUrl: string | readonly string[];
  /** For the whole call, in ms. Default 2,000. */
  timeoutMs?: number;
  /** Largest answer, in bytes. Default 16 MiB. */
  maxResponseBytes?: number;
  /** Extra tries of a GET after a network error or 502/503/504. Default 1; never less than there are other instances. */
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
  /** Of the instances, the one to ask first comes first. */
  private baseUrls: readonly string[];

  constructor(options: HttpClientOptions) {
    this.target = options.target;
    this.baseUrls = [options.baseUrl].flat();
    this.retries = Math.max(options.retries ?? 1, this.baseUrls.length - 1);
    this.client = axios.create({
      timeout: options.timeoutMs ?? 2_000,
      maxRedirects: 0,
      maxContentLength: options.maxResponseBytes ?? 16 * 1024 * 1024,
      proxy: false,
    });
  }

  /** @throws UnavailableError (no answer, 5xx or 429), UpstreamError (other status) */
  async get<T>(path: string, config: AxiosRequestConfig = {}): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const baseURL = this.baseUrl;
      try {
        return (await this.client.get<T>(path, { ...config, baseURL })).data;
      } catch (error) {
        const mapped = this.map(error);
        if (!(mapped instanceof UnavailableError)) throw mapped;
        this.askLast(baseURL);
        if (attempt >= this.retries || config.signal?.aborted) throw mapped;
        // Another instance can be asked at once; one that was asked before needs a moment.
        const round = Math.floor((attempt + 1) / this.baseUrls.length);
        if (round > 0) await delay(100 * 2 ** (round - 1));
      }
    }
  }

  /** One try only: the caller knows whether a repeat is harmless. @throws as get */
  async send<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    config: AxiosRequestConfig = {},
  ): Promise<T> {
    try {
      return (await this.client.request<T>({ ...config, baseURL: this.baseUrl, method, url: path, data: body })).data;
    } catch (error) {
      throw this.map(error);
    }
  }

  private get baseUrl(): string {
    return this.baseUrls[0] ?? '';
  }

  /** Puts an instance behind the others, unless a call beside this one has done so already. */
  private askLast(baseUrl: string): void {
    if (this.baseUrl === baseUrl) this.baseUrls = [...this.baseUrls.slice(1), baseUrl];
  }

  private map(error: unknown): unknown {
    if (!isAxiosError(error)) return error;
    const status = error.response?.status;
    if (status === undefined || status >= 500 || status === 429) {
      const why = status === undefined ? (error.code ?? error.message) : `status ${status}`;
      return new UnavailableError(`${this.target} does not answer (${why})`, {
        code: 'UPSTREAM_UNAVAILABLE',
        cause: error,
      });
    }
    return new UpstreamError(`${this.target} answered ${status}`, status, error.response?.data);
  }
}
