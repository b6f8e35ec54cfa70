import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EngineError } from '../errors';
import { javaArgs } from '../jvm/java';
import type { KafkaProgram } from './program';

const execFileAsync = promisify(execFile);
const FORMAT_HEAP_MB = 128;

/** A node's storage and configuration. */
export interface NodeStorage {
  configFile: string;
  /** Where the node keeps its records and metadata. */
  logsDir: string;
  /** The node's own settings, for a given place of its storage. */
  settings: (logsDir: string) => string;
}

/**
 * Writes a node's configuration and, at its first start, formats its storage: beside its final place, and moved there when
 * done, so that an interrupted format is done again.
 * @throws EngineError START_FAILED with what Kafka printed
 */
export async function prepareStorage(program: KafkaProgram, storage: NodeStorage, clusterId: string): Promise<void> {
  const { configFile, logsDir, settings } = storage;
  await writeFile(configFile, program.template + settings(logsDir));
  if (existsSync(logsDir)) return;
  const fresh = `${logsDir}.new`;
  const freshConfig = `${configFile}.new`;
  await rm(fresh, { recursive: true, force: true });
  await writeFile(freshConfig, program.template + settings(fresh));
  const { classpathDir, jvmArgs } = program;
  const args = ['format', '--cluster-id', clusterId, '--config', freshConfig];
  const mainClass = 'kafka.tools.StorageTool';
  try {
    await execFileAsync('java', javaArgs({ mainClass, args, classpathDir, heapMb: FORMAT_HEAP_MB, jvmArgs }));
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    throw new EngineError({
      code: 'START_FAILED',
      engine: 'kafka',
      message: `Kafka's storage in ${logsDir} could not be formatted: ${stderr?.trim() || message}`,
      cause,
    });
  } finally {
    await rm(freshConfig, { force: true });
  }
  await rename(fresh, logsDir);
}
