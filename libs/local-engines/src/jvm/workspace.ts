import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError, type JvmEngine } from '../errors';

/**
 * The folder `infra/engines/<engine>` with the Maven file and the configuration the engine starts from.
 * It is looked for upwards of this file, of the running script and of the working directory.
 * @throws EngineError START_FAILED when there is none
 */
export function engineFolder(engine: JvmEngine, from: readonly string[] = lookupFolders()): string {
  for (const start of from) {
    for (let folder = start; ; folder = dirname(folder)) {
      const found = join(folder, 'infra', 'engines', engine);
      if (existsSync(join(found, 'pom.xml'))) return found;
      if (folder === dirname(folder)) break;
    }
  }
  throw new EngineError({
    code: 'START_FAILED',
    engine,
    message: `The folder infra/engines/${engine} was not found above any of: ${from.join(', ')}`,
  });
}

function lookupFolders(): string[] {
  const script = process.argv[1];
  return [...(typeof __dirname === 'string' ? [__dirname] : []), ...(script ? [dirname(script)] : []), process.cwd()];
}
