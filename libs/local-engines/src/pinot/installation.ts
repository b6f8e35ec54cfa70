import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../errors';
import { fetchEngine, type FetchOptions } from '../jvm/fetch';

/** Where Pinot's classes are. */
export interface PinotInstallation {
  /** Folder whose `*.jar` are the class path; ZooKeeper's are among them. */
  classpathDir: string;
  /** Options of the virtual machine that this installation needs. */
  jvmArgs: readonly string[];
}

/** Pinot and its libraries reach into these packages of the JDK, which are closed since Java 17. */
const OPENED_PACKAGES = ['java.nio', 'sun.nio.ch', 'java.lang', 'java.util', 'java.lang.reflect', 'jdk.internal.ref'];

/** `--add-opens` for every package that Pinot reaches into. */
export const ADD_OPENS = OPENED_PACKAGES.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/**
 * An unpacked binary release when `pinotHome` names one, else the release that Maven brings.
 * @throws EngineError BINARIES_MISSING when `pinotHome` is not a release, and everything {@link fetchEngine} throws
 */
export async function findPinot(pinotHome: string | undefined, fetch: FetchOptions = {}): Promise<PinotInstallation> {
  if (pinotHome === undefined) return { classpathDir: await fetchEngine('pinot', fetch), jvmArgs: ADD_OPENS };
  const classpathDir = join(pinotHome, 'lib');
  if (!existsSync(classpathDir)) {
    throw new EngineError({
      code: 'BINARIES_MISSING',
      engine: 'pinot',
      message: `${pinotHome} is no unpacked Pinot release: it has no folder lib. Set PINOT_HOME to one, or leave it unset.`,
    });
  }
  const plugins = join(pinotHome, 'plugins');
  return { classpathDir, jvmArgs: existsSync(plugins) ? [...ADD_OPENS, `-Dplugins.dir=${plugins}`] : ADD_OPENS };
}
