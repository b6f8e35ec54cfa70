import { createServer } from 'node:net';
import { EngineError, type EngineName } from './errors';

/** All engines listen on this address only. */
export const LOOPBACK = '127.0.0.1';

/**
 * Asks the system for a TCP port on loopback that nobody listens on.
 * Another process may take it before the caller does; the window is short, and a start that loses the race fails
 * with PORT_IN_USE rather than half-way.
 */
export async function freePort(): Promise<number> {
  return await listenOnce(0);
}

/**
 * Resolves a port setting: 0 becomes a free port, any other number is checked to be free.
 * @throws EngineError PORT_IN_USE, naming the port and the engine that wants it
 */
export async function claimPort(engine: EngineName, port: number, purpose: string = engine): Promise<number> {
  if (port === 0) return await freePort();
  try {
    return await listenOnce(port);
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

/** Listens on loopback for an instant; resolves to the port, rejects with the system's error. */
function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : port;
      server.close((error) => (error ? reject(error) : resolve(chosen)));
    });
  });
}
