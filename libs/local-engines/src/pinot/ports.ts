import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, type EngineName } from '../errors';
import { claimPort } from '../ports';

/** Every TCP port of a ZooKeeper and a Pinot with one instance of each role. */
export interface PinotPorts {
  zookeeper: number;
  controller: number;
  broker: number;
  /** Queries from the broker. */
  serverNetty: number;
  serverAdmin: number;
  minion: number;
}

const OWNERS: Readonly<Record<keyof PinotPorts, { engine: EngineName; purpose: string }>> = {
  zookeeper: { engine: 'zookeeper', purpose: 'zookeeper' },
  controller: { engine: 'pinot', purpose: "pinot's controller" },
  broker: { engine: 'pinot', purpose: "pinot's broker" },
  serverNetty: { engine: 'pinot', purpose: "pinot's server (queries)" },
  serverAdmin: { engine: 'pinot', purpose: "pinot's server (administration)" },
  minion: { engine: 'pinot', purpose: "pinot's minion" },
};

const FILE = 'ports.json';

/**
 * Settles every port: a given one must be free, 0 takes the port of the last run on this data when that is free,
 * else any. The segments' download addresses contain the controller's port, so keeping ports keeps addresses.
 * @throws EngineError PORT_IN_USE for a given port
 */
export async function claimPinotPorts(dataDir: string, wanted: PinotPorts): Promise<PinotPorts> {
  const remembered = await lastPorts(dataDir);
  const ports = { ...wanted };
  const taken = new Set<number>();
  for (const role of Object.keys(OWNERS) as (keyof PinotPorts)[]) {
    const { engine, purpose } = OWNERS[role];
    const claim = async (port: number): Promise<number> => await claimPort(engine, port, purpose);
    let port = wanted[role] === 0 ? await claim(remembered[role] ?? 0).catch(() => 0) : await claim(wanted[role]);
    while (port === 0 || (wanted[role] === 0 && taken.has(port))) port = await claim(0);
    if (taken.has(port)) {
      throw new EngineError({ code: 'PORT_IN_USE', engine, port, message: `Port ${port} is given twice: ${purpose}.` });
    }
    taken.add(port);
    ports[role] = port;
  }
  await writeFile(join(dataDir, FILE), `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

async function lastPorts(dataDir: string): Promise<Partial<PinotPorts>> {
  try {
    return JSON.parse(await readFile(join(dataDir, FILE), 'utf8')) as Partial<PinotPorts>;
  } catch {
    // None yet, or damaged: any free port will do.
    return {};
  }
}
