import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import axios, { isAxiosError, type AxiosInstance } from 'axios';
import { OlapUnavailableError } from '../errors';

/** How to reach a Pinot component. Times in ms. */
export interface HttpOptions {
  baseUrl: string;
  /** How long a TCP connection may take to come up. Default 1,500. */
  connectTimeoutMs?: number;
  /** How long a whole request may take. Default 10,000. */
  requestTimeoutMs?: number;
  /** Sent as basic authentication when given. */
  auth?: { username: string; password: string };
}

/** An axios client of one Pinot component and the way to let go of its connections. */
export interface PinotHttp {
  client: AxiosInstance;
  close(): void;
}

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Makes a client that keeps connections, follows no redirect, uses no proxy and limits the answer's size. */
export function pinotHttp({
  baseUrl,
  connectTimeoutMs = 1_500,
  requestTimeoutMs = 10_000,
  auth,
}: HttpOptions): PinotHttp {
  const options: AgentOptions = { keepAlive: true, maxSockets: 16 };
  const agents = [
    limitConnectTime(new HttpAgent(options), 'connect', connectTimeoutMs),
    limitConnectTime(new HttpsAgent(options), 'secureConnect', connectTimeoutMs),
  ] as const;
  const client = axios.create({
    baseURL: baseUrl.replace(/\/+$/, ''),
    timeout: requestTimeoutMs,
    httpAgent: agents[0],
    httpsAgent: agents[1],
    maxRedirects: 0,
    proxy: false,
    maxContentLength: MAX_ANSWER_BYTES,
    ...(auth === undefined ? {} : { auth }),
  });
  return { client, close: () => agents.forEach((agent) => agent.destroy()) };
}

type CreateConnection = (...args: unknown[]) => Socket;

/**
 * Gives up on a connection that does not come up in time. axios' time-out is for the whole request, and the agent's is
 * for an idle socket; neither notices a black hole sooner than a slow query.
 */
function limitConnectTime<T extends HttpAgent>(agent: T, upEvent: string, timeoutMs: number): T {
  const connecting = agent as T & { createConnection: CreateConnection };
  const create = connecting.createConnection.bind(agent);
  connecting.createConnection = (...args) => {
    const socket = create(...args);
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
    socket.once(upEvent, () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
    return socket;
  };
  return agent;
}

/** What an answer with an error status says, or null when the error is of another kind. */
export function refusal(error: unknown): { status: number; message: string } | null {
  if (!isAxiosError(error) || error.response === undefined) return null;
  const body: unknown = error.response.data;
  const message = typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : String(body);
  return { status: error.response.status, message: firstLine(message) };
}

/** An axios error as OlapUnavailableError; other errors unchanged. */
export function unavailable(error: unknown, who: string): unknown {
  if (!isAxiosError(error)) return error;
  const refused = refusal(error);
  const reason =
    refused === null ? error.message || (error.code ?? 'no answer') : `HTTP ${refused.status}: ${refused.message}`;
  return new OlapUnavailableError(`${who} does not answer: ${reason}`, { cause: error });
}

/** Pinot sends whole stack traces as messages. */
export function firstLine(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(0, 2).join(' ').slice(0, 500);
}
