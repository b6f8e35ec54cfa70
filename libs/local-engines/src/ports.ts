import { createServer } from 'node:net';
import { EngineError, type EngineName } from './errors';

/** All engines listen on this address only. */
export const LOOPBACK = '127.0.0.1';

/** Below the ports that systems give to outgoing connections and to who takes any (32768 and more on Linux, 49152 on macOS). */
const LOWEST_PORT = 20_000;
const PORT_COUNT = 12_000;
const ATTEMPTS = 50;

/** What this process was given or has claimed: seconds may go by until an engine listens there, and its port stays its own while it is down. */
const given = new Set<number>();

/**
 * Finds a TCP port on loopback that nobody listens on: a new one with each call, and none that the system gives away by
 * chance. Another process that looks for a port in the same way may take it before the caller does.
 * @throws Error when none is found
 */
export async function freePort(): Promise<number> {
  let cause: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORT_COUNT);
    if (given.has(port)) continue;
    // Before it is tried: another call may be under way.
    given.add(port);
    try {
      await listenOnce(port);
      return port;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`No free port was found from ${LOWEST_PORT} to ${LOWEST_PORT + PORT_COUNT - 1}`, { cause });
}

/**
 * Resolves a port setting: 0 becomes a free port, any other number is checked to be free.
 * @throws EngineError PORT_IN_USE, naming the port and the engine that wants it
 */
export async function claimPort(engine: EngineName, port: number, purpose: string = engine): Promise<number> {
  if (port === 0) return await freePort();
  given.add(port);
  try {
    await listenOnce(port);
    return port;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const reason = code === 'EADDRINUSE' ? 'is in use by another process' : `cannot be used (${code})`;
    throw new EngineError({
      code: 'PORT_IN_USE',
      engine,
      port,
      message: `Port ${port}, wanted by ${purpose}, ${reason}. Stop that process or set another port.`,
      cause,
    });
  }
}

/** Listens on loopback for an instant. Rejects with the system's error. */
function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
  });
}
