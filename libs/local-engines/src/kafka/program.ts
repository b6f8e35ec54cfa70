import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkAborted } from '../await-ready';
import { fetchEngine, type FetchOptions } from '../jvm/fetch';
import { javaArgs, requireJava } from '../jvm/java';
import { engineFolder } from '../jvm/workspace';
import type { StopStep } from '../process';

/** Kafka as it lies on this machine. */
export interface KafkaProgram {
  classpathDir: string;
  /** Settings that every node begins with. */
  template: string;
  jvmArgs: readonly string[];
}

/** On SIGTERM a node closes its logs cleanly; killed, it checks them at the next start. */
export const KAFKA_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 6_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
];

/** Finds Kafka, fetching it when it is not here yet. @throws EngineError JAVA_MISSING, MAVEN_MISSING, FETCH_FAILED, START_ABORTED */
export async function findKafka(fetch: FetchOptions = {}, signal?: AbortSignal): Promise<KafkaProgram> {
  await requireJava('kafka');
  const classpathDir = await fetchEngine('kafka', { ...fetch, signal });
  const definitionDir = fetch.definitionDir ?? engineFolder('kafka');
  const template = await readFile(join(definitionDir, 'server.properties'), 'utf8');
  checkAborted('kafka', signal);
  return {
    classpathDir,
    template,
    jvmArgs: [`-Dlog4j2.configurationFile=${join(definitionDir, 'log4j2.properties')}`],
  };
}

/** Arguments of `java` for a node. */
export function nodeArgs({ classpathDir, jvmArgs }: KafkaProgram, configFile: string, heapMb: number): string[] {
  return javaArgs({ mainClass: 'kafka.Kafka', args: [configFile], classpathDir, heapMb, jvmArgs });
}
