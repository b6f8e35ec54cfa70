import axios, { type AxiosResponse } from 'axios';
import { Agent } from 'node:http';

// A new connection a call: the tests' long additions would let a kept one time out unseen.
const client = axios.create({
  timeout: 10_000,
  validateStatus: () => true,
  proxy: false,
  httpAgent: new Agent({ keepAlive: false }),
});

/** GET; resolves whatever the status. */
export const get = <T>(url: string): Promise<AxiosResponse<T>> => client.get<T>(url);

/** GET of an answer that must be 200. @throws with status and body otherwise */
export async function read<T>(url: string): Promise<T> {
  return expectStatus(await client.get<T>(url), 200);
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
