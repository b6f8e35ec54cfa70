import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { EngineRun } from '../engine-run';
import { javaArgs } from '../jvm/java';
import type { KafkaProgram } from './program';

const FORMAT_HEAP_MB = 128;

/** A node's storage and configuration. */
export interface NodeStorage {
  configFile: string;
  /** Where the node keeps its records and metadata. */
  logsDir: string;
  /** What the node prints. */
  logFile: string;
  /** The node's own settings, for a given place of its storage. */
  settings: (logsDir: string) => string;
}

/**
 * Writes a node's configuration and, at its first start, formats its storage: beside its final place, and moved there when
 * done, so that an interrupted format is done again.
 * @throws EngineError START_FAILED with what Kafka printed, START_ABORTED
 */
export async function prepareStorage(
  run: EngineRun,
  program: KafkaProgram,
  storage: NodeStorage,
  clusterId: string,
): Promise<void> {
  const { configFile, logsDir, logFile, settings } = storage;
  await writeFile(configFile, program.template + settings(logsDir));
  if (existsSync(logsDir)) return;
  const fresh = `${logsDir}.new`;
  const freshConfig = `${configFile}.new`;
  await rm(fresh, { recursive: true, force: true });
  await writeFile(freshConfig, program.template + settings(fresh));
  const { classpathDir, jvmArgs } = program;
  const format = javaArgs({
    mainClass: 'kafka.tools.StorageTool',
    // In one argument with its name: one id in 64 begins with a hyphen and would be taken for an option.
    args: ['format', `--cluster-id=${clusterId}`, '--config', freshConfig],
    classpathDir,
    heapMb: FORMAT_HEAP_MB,
    jvmArgs,
  });
  try {
    await run.complete(`Formatting Kafka's storage in ${logsDir}`, { command: 'java', args: format, logFile });
  } finally {
    await rm(freshConfig, { force: true });
  }
  await rename(fresh, logsDir);
}
