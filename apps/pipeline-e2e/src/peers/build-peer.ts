import { engineRequirements } from '@orderpulse/local-engines';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PeerProgram } from './programs';
import { workspaceRoot } from '../harness/workspace';

const TAIL_LINES = 40;
const DIGEST_FILE = 'sources.sha256';

/**
 * Builds a module of infra/peers with Maven into dist/peers, unless what is there was built of the same sources.
 * @returns the folder whose *.jar are the class path
 * @throws Error with the fix when Java or Maven is missing, with Maven's last lines when the build fails
 */
export async function buildPeer(module: PeerProgram['module'], signal?: AbortSignal): Promise<string> {
  const root = workspaceRoot();
  const sources = join(root, 'infra', 'peers');
  const output = join(root, 'dist', 'peers');
  const target = join(output, module);
  const digest = digestOf([join(sources, 'pom.xml'), join(sources, 'common'), join(sources, module)]);
  const digestFile = join(target, DIGEST_FILE);
  if (existsSync(digestFile) && readFileSync(digestFile, 'utf8') === digest) return target;

  const { java, maven } = await engineRequirements();
  if (!java.ok || !maven.ok)
    throw new Error(
      [java, maven]
        .filter(({ ok }) => !ok)
        .map(({ hint }) => hint)
        .join('; '),
    );
  await mkdir(output, { recursive: true });
  const partial = await mkdtemp(join(output, '.partial-'));
  try {
    const project = ['-f', join(sources, 'pom.xml'), '-pl', module, '-am'];
    await runMaven([...project, `-Dpeers.output=${partial}`, 'package'], signal);
    await writeFile(join(partial, module, DIGEST_FILE), digest);
    await rm(target, { recursive: true, force: true });
    await rename(join(partial, module), target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

/** Of all files at and below the paths: their names and contents. */
function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const files = path.endsWith('.xml') ? [path] : filesBelow(path);
    for (const file of files) hash.update(file.slice(path.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function runMaven(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const maven = spawn('mvn', ['-B', '-q', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  let tail: string[] = [];
  for (const stream of [maven.stdout, maven.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (tail = [...tail, ...text.split('\n')].slice(-TAIL_LINES)));
  const code = await new Promise<number | null>((resolve, reject) => {
    maven.once('error', reject);
    maven.once('close', resolve);
  });
  if (code !== 0) throw new Error(`Maven ended with code ${code}. Its last lines:\n${tail.join('\n')}`);
}
