import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** The lowest Java that runs both engines. */
export const MIN_JAVA_MAJOR = 17;
const MIN_MAVEN = [3, 6] as const;

/** Whether a program is there and new enough. */
export interface Requirement {
  ok: boolean;
  /** As the program itself states it; absent when it is missing. */
  version?: string;
  /** What to do when not ok; what was found otherwise. */
  hint: string;
}

/** What the engines profile needs beside Node. */
export interface EngineRequirements {
  java: Requirement;
  maven: Requirement;
}

/** Runs a program and resolves to everything it printed; rejects when it is missing or fails. */
export type RunProgram = (command: string, args: readonly string[]) => Promise<string>;

/** Checks for Java and Maven on the PATH. Never rejects. */
export async function engineRequirements(run: RunProgram = programsOf()): Promise<EngineRequirements> {
  const [java, maven] = await Promise.all([
    output(run, 'java', ['-version']).then(parseJava),
    output(run, 'mvn', ['-B', '--version']).then(parseMaven),
  ]);
  return { java, maven };
}

/** Judges what `java -version` printed. */
export function parseJava(printed: string): Requirement {
  const fix = `install Java ${MIN_JAVA_MAJOR} or newer, e.g. apt install openjdk-17-jre-headless, brew install openjdk@17`;
  const version = /version "([^"]+)"/.exec(printed)?.[1];
  if (version === undefined) return { ok: false, hint: `Java is missing: ${fix}` };
  // Before Java 9 the major version came second: 1.8.0.
  const major = Number(/^(?:1\.)?(\d+)/.exec(version)?.[1]);
  if (!(major >= MIN_JAVA_MAJOR)) return { ok: false, version, hint: `Java ${version} is too old: ${fix}` };
  return { ok: true, version, hint: `Java ${version}` };
}

/** Judges what `mvn --version` printed. */
export function parseMaven(printed: string): Requirement {
  const minimum = MIN_MAVEN.join('.');
  const fix = `install Maven ${minimum} or newer, e.g. apt install maven, brew install maven`;
  const version = /Apache Maven (\d+\.\d+[\w.-]*)/.exec(printed)?.[1];
  if (version === undefined) return { ok: false, hint: `Maven is missing: ${fix}` };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > MIN_MAVEN[0] || (major === MIN_MAVEN[0] && minor >= MIN_MAVEN[1]);
  return ok ? { ok, version, hint: `Maven ${version}` } : { ok, version, hint: `Maven ${version} is too old: ${fix}` };
}

/** What a program printed, or nothing: one that fails is as good as missing here. */
async function output(run: RunProgram, command: string, args: readonly string[]): Promise<string> {
  try {
    return await run(command, args);
  } catch {
    return '';
  }
}

/** Runs the programs that an environment's PATH leads to; by default this process's own. */
export function programsOf(env?: NodeJS.ProcessEnv): RunProgram {
  return async (command, args) => {
    const { stdout, stderr } = await execFileAsync(command, [...args], { timeout: 30_000, ...(env ? { env } : {}) });
    return `${stdout}\n${stderr}`;
  };
}
