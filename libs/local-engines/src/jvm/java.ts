import { join } from 'node:path';
import { EngineError, type EngineName } from '../errors';
import { engineRequirements } from './requirements';

/** A Java program to run. */
export interface JavaProgram {
  /** Fully qualified name of the class with `main`. */
  mainClass: string;
  args: readonly string[];
  /** Folder whose `*.jar` are the class path. */
  classpathDir: string;
  /** Upper bound of the heap in MiB; the process as a whole takes some 100 to 300 MiB more. */
  heapMb: number;
  /** Further options of the virtual machine. */
  jvmArgs?: readonly string[];
}

/** Options that keep a JVM small on a machine it shares with others, and make a full heap end it instead of hang it. */
const COMMON_JVM_ARGS = [
  '-Djava.awt.headless=true',
  '-Djava.net.preferIPv4Stack=true',
  '-XX:+UseSerialGC',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:-UsePerfData',
  '-Xshare:auto',
  '-Xss512k',
  '-Dfile.encoding=UTF-8',
  '-Duser.timezone=UTC',
];

/** Arguments of `java` for a program. */
export function javaArgs(program: JavaProgram): string[] {
  const { mainClass, args, classpathDir, heapMb, jvmArgs = [] } = program;
  const heap = [`-Xms${Math.min(heapMb, 64)}m`, `-Xmx${heapMb}m`];
  return [...COMMON_JVM_ARGS, ...heap, ...jvmArgs, '-cp', join(classpathDir, '*'), mainClass, ...args];
}

/** @throws EngineError JAVA_MISSING with the fix */
export async function requireJava(engine: EngineName): Promise<void> {
  const { java } = await engineRequirements();
  if (!java.ok) throw new EngineError({ code: 'JAVA_MISSING', engine, message: java.hint });
}
