import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection } from './http-connection';
import { quantile } from './rate';

/** What a load of GETs came to. */
export interface HttpLoadResult {
  answers: number;
  /** Answers with another status than 200. */
  errors: number;
  perSecond: number;
  /**
   * From when a request was due, in ms. It is sent later when the server keeps all connections busy or our timer is late (by up to 2 ms
   * on an idle machine), and never before. Without a rate a request is due when it is sent.
   */
  medianMs: number;
  p99Ms: number;
  worstMs: number;
}

export interface HttpLoadOptions {
  url: string;
  connections: number;
  seconds: number;
  /** Requests a second, evenly spread; null sends the next as soon as an answer is there. */
  rate: number | null;
}

/** Loads a server for some seconds. @throws Error when a connection fails */
export async function loadHttp(options: HttpLoadOptions): Promise<HttpLoadResult> {
  const { connections, seconds, rate } = options;
  const url = new URL(options.url);
  const opened = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(url)));
  const begun = performance.now();
  const until = begun + seconds * 1_000;
  const latencies: number[] = [];
  let errors = 0;
  let next = 0;
  const worker = async (connection: HttpConnection): Promise<void> => {
    for (;;) {
      const dueMs = rate === null ? performance.now() : begun + (next++ * 1_000) / rate;
      if (dueMs >= until) return;
      // A timer cuts fractions of a ms off.
      for (let waitMs = dueMs - performance.now(); waitMs > 0; waitMs = dueMs - performance.now()) await delay(waitMs);
      if ((await connection.get()) !== 200) errors++;
      latencies.push(performance.now() - dueMs);
    }
  };
  await Promise.all(opened.map(worker));
  const tookMs = performance.now() - begun;
  for (const connection of opened) connection.close();
  return {
    answers: latencies.length,
    errors,
    perSecond: (latencies.length * 1_000) / tookMs,
    medianMs: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    worstMs: quantile(latencies, 1),
  };
}

/** The load as a process of its own: prints the result as a line of JSON. */
export async function runHttpLoad(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string', default: '' },
      connections: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '10' },
      rate: { type: 'string' },
    },
  });
  // Whoever started this process holds its input open.
  process.stdin.on('close', () => process.exit(1)).resume();
  const result = await loadHttp({
    url: values.url,
    connections: Number(values.connections),
    seconds: Number(values.seconds),
    rate: values.rate === undefined ? null : Number(values.rate),
  });
  process.stdout.write(`${JSON.stringify({ event: 'load', ...result })}\n`);
  return 0;
}
