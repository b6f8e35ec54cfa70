import axios, { type AxiosResponse } from 'axios';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const BUSY_PATIENCE_MS = 20_000;

// A new connection a call: the tests' long additions would let a kept one time out unseen.
const client = axios.create({
  timeout: 10_000,
  validateStatus: () => true,
  proxy: false,
  httpAgent: new Agent({ keepAlive: false }),
});

/** GET; resolves whatever the status. */
export const get = <T>(url: string): Promise<AxiosResponse<T>> => client.get<T>(url);

/**
 * GET of an answer that must be 200. An engine that is too slow for a moment is asked again, as its 503 with Retry-After says.
 * @throws with status and body otherwise
 */
export async function read<T>(url: string): Promise<T> {
  for (const giveUpMs = performance.now() + BUSY_PATIENCE_MS; ; ) {
    const answer = await client.get<T>(url);
    const retryAfterSeconds = Number(answer.headers['retry-after']);
    if (answer.status !== 503 || !(retryAfterSeconds >= 0) || performance.now() > giveUpMs) return expectStatus(answer, 200);
    await delay(retryAfterSeconds * 1_000);
  }
}

/** POST with the status it must have. */
export async function post<T>(url: string, body: unknown, status: number, contentType = 'application/json'): Promise<AxiosResponse<T>> {
  const answer = await client.post<T>(url, body, { headers: { 'content-type': contentType } });
  expectStatus(answer, status);
  return answer;
}

/** PATCH that must be answered with 200. */
export async function patch<T>(url: string, body: unknown): Promise<T> {
  return expectStatus(await client.patch<T>(url, body), 200);
}

function expectStatus<T>(answer: AxiosResponse<T>, status: number): T {
  if (answer.status !== status) throw new Error(`${answer.config.url}: ${answer.status} ${JSON.stringify(answer.data)}`);
  return answer.data;
}
