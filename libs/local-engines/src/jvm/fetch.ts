import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkAborted } from '../await-ready';
import { EngineError, type JvmEngine } from '../errors';
import { stopProcess, type StopStep } from '../process';
import { engineRequirements, programsOf } from './requirements';
import { engineFolder } from './workspace';

/** How far a fetch has come. */
export interface FetchProgress {
  engine: JvmEngine;
  /** Files downloaded so far; those that Maven already had do not count. */
  downloadedFiles: number;
  /** One line for people. */
  message: string;
}

/** Options of {@link fetchEngine}. */
export interface FetchOptions {
  /** Folder under which each engine and version gets its own. Default: ~/.cache/orderpulse/engines. */
  cacheDir?: string;
  onProgress?: (progress: FetchProgress) => void;
  /** The folder that holds the engine's pom.xml. Default: infra/engines/<engine> of the workspace. */
  definitionDir?: string;
  /** Environment in which Maven and Java are looked up and run. Default: this process's own. */
  env?: NodeJS.ProcessEnv;
  /** Ends the fetch when aborted. */
  signal?: AbortSignal | undefined;
}

/** Where engines are kept unless told otherwise: outside the workspace, so that every clone shares them. */
export function defaultCacheDir(): string {
  return join(homedir(), '.cache', 'orderpulse', 'engines');
}

/**
 * Makes sure an engine's jars are here and resolves to their folder, whose `*` is the class path.
 * What is there already is used without Maven or network. A fetch that is interrupted leaves nothing behind that a
 * later call would use: the folder gets its name only when complete.
 * @throws EngineError JAVA_MISSING, MAVEN_MISSING, FETCH_FAILED with the last lines Maven printed, START_ABORTED
 */
export async function fetchEngine(engine: JvmEngine, options: FetchOptions = {}): Promise<string> {
  const { cacheDir = defaultCacheDir(), onProgress = () => undefined } = options;
  const pomFile = join(options.definitionDir ?? engineFolder(engine), 'pom.xml');
  const pom = await readFile(pomFile, 'utf8');
  const target = join(cacheDir, cacheName(engine, pom));
  if (existsSync(target)) return target;

  await requireTools(engine, options.env);
  await mkdir(cacheDir, { recursive: true });
  const partial = await mkdtemp(join(cacheDir, `.partial-${engine}-`));
  try {
    onProgress({ engine, downloadedFiles: 0, message: `Fetching ${engine} with Maven` });
    await copyDependencies({
      engine,
      pomFile,
      outputDir: partial,
      onProgress,
      env: options.env,
      signal: options.signal,
    });
    await moveInto(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

/** `kafka-4.1.0-1a2b3c4d`: the project's version, and a digest so that a changed pom.xml is fetched anew. */
export function cacheName(engine: JvmEngine, pom: string): string {
  const version = /<version>([^<]+)<\/version>/.exec(pom)?.[1] ?? 'unversioned';
  return `${engine}-${version}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}`;
}

async function requireTools(engine: JvmEngine, env: NodeJS.ProcessEnv | undefined): Promise<void> {
  const { java, maven } = await engineRequirements(programsOf(env));
  if (!java.ok) throw new EngineError({ code: 'JAVA_MISSING', engine, message: java.hint });
  if (!maven.ok) throw new EngineError({ code: 'MAVEN_MISSING', engine, message: maven.hint });
}

const MAVEN_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 1_000 },
];

interface CopyOptions {
  engine: JvmEngine;
  pomFile: string;
  outputDir: string;
  onProgress: (progress: FetchProgress) => void;
  env: NodeJS.ProcessEnv | undefined;
  signal: AbortSignal | undefined;
}

async function copyDependencies({ engine, pomFile, outputDir, onProgress, env, signal }: CopyOptions): Promise<void> {
  const args = ['-B', '-f', pomFile, 'dependency:copy-dependencies', `-DoutputDirectory=${outputDir}`];
  const maven = spawn('mvn', args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(env ? { env } : {}),
    ...(signal ? { signal } : {}),
  });
  const lastLines: string[] = [];
  let downloadedFiles = 0;
  const ended = new Promise<number | null>((resolve, reject) => {
    maven.once('error', reject);
    maven.once('close', resolve);
  });
  createInterface({ input: maven.stdout }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > 30) lastLines.shift();
    const file = /^(?:\[INFO\] )?Downloaded from [^:]+: \S*\/([^/\s]+)/.exec(line)?.[1];
    if (file === undefined) return;
    downloadedFiles += 1;
    onProgress({ engine, downloadedFiles, message: `${engine}: ${downloadedFiles} files, ${file}` });
  });
  const code = await ended.catch(async (cause: unknown) => {
    // One that is told to end writes on for a moment, into the folder that is removed next.
    if (maven.pid !== undefined) await stopProcess(maven.pid, MAVEN_STOP_STEPS);
    checkAborted(engine, signal);
    throw new EngineError({ code: 'FETCH_FAILED', engine, message: `Maven could not be run: ${String(cause)}`, cause });
  });
  if (code === 0) return;
  throw new EngineError({
    code: 'FETCH_FAILED',
    engine,
    retriable: true,
    message: `Maven ended with code ${code} while fetching ${engine}. Its last lines:\n${lastLines.join('\n')}`,
  });
}

/** Gives a complete folder its name. When another process was faster, its folder is just as good. */
async function moveInto(partial: string, target: string): Promise<void> {
  try {
    await rename(partial, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}
