import { connect } from 'node:net';
import { LOOPBACK } from '../ports';

const PROBE_TIMEOUT_MS = 2_000;

/** Resolves when ZooKeeper answers `ruok` with `imok`. */
export function probeZookeeper(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port, host: LOOPBACK, timeout: PROBE_TIMEOUT_MS }, () => socket.write('ruok'));
    socket.on('data', (chunk) => (answer += chunk.toString('utf8')));
    socket.once('timeout', () => socket.destroy(new Error('ZooKeeper accepts but does not answer')));
    socket.once('error', reject);
    socket.once('close', () => (answer === 'imok' ? resolve() : reject(new Error(`ZooKeeper answered "${answer}"`))));
  });
}

/** Resolves when `GET /health` on the port answers 200. */
export async function probeHealth(role: string, port: number): Promise<void> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const response = await fetch(`http://${LOOPBACK}:${port}/health`, { signal }).catch((cause: unknown) => {
    throw new Error(`the ${role} does not answer yet`, { cause });
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`the ${role} answers ${response.status}: ${body.slice(0, 200)}`);
}

/** The release the controller states for itself, e.g. `0.11.0`. */
export async function pinotVersion(controllerUrl: string): Promise<string> {
  const response = await fetch(`${controllerUrl}/version`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  return parseVersion((await response.json()) as Record<string, string>);
}

/** The release out of the controller's list of components, whose values are `<release>-<commit>`. */
export function parseVersion(components: Readonly<Record<string, string>>): string {
  const stated = components['pinot-controller'] ?? components['pinot-tools'] ?? Object.values(components)[0] ?? '';
  const release = /^\d+(?:\.\d+)*/.exec(stated)?.[0];
  if (release === undefined) throw new Error(`the controller's version is not understood: "${stated}"`);
  return release;
}
