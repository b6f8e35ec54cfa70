import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPeer } from './build-peer';
import { MeasuredProcess } from './measured-process';
import type { PeerProgram } from './programs';

export interface PeerOptions {
  /** host:port of Kafka. */
  brokers: string;
  topic: string;
  /** Records to read. */
  records: number;
  /** A new folder for whatever the program and its libraries write; made when it is not there. */
  folder: string;
  /** Further arguments by name, without the dashes. */
  args?: Readonly<Record<string, string | number>>;
  /** Ends the build and the program when aborted. */
  signal?: AbortSignal | undefined;
}

/** Upper bound of a program's Java heap, in MiB. */
const HEAP_MB = 2_048;

/** Builds a program of infra/peers when that is necessary, and starts it. @throws Error as buildPeer */
export async function startPeer(program: PeerProgram, options: PeerOptions): Promise<MeasuredProcess> {
  const { brokers, topic, records, folder, signal } = options;
  const jars = join(await buildPeer(program.module, signal), '*');
  await mkdir(join(folder, 'state'), { recursive: true });
  const named = { bootstrap: brokers, topic, records, 'state-dir': join(folder, 'state'), ...options.args };
  return new MeasuredProcess({
    name: program.name,
    command: 'java',
    args: [
      `-Xmx${HEAP_MB}m`,
      `-Djava.io.tmpdir=${folder}`,
      '-Duser.timezone=UTC',
      '-XX:-UsePerfData',
      ...program.jvmArgs,
      '-cp',
      jars,
      program.mainClass,
      ...Object.entries(named).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ],
    cwd: folder,
    signal,
  });
}
