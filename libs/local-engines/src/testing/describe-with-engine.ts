import { spawnSync } from 'node:child_process';
import { parseJava, parseMaven } from '../jvm/requirements';
import { isPostgresInstalled } from '../postgres/binaries';
import { describeUnlessMissing } from './describe-unless-missing';

/** Engines a test may need. */
export type TestEngine = 'postgres' | 'kafka' | 'pinot';

/**
 * Why the engines cannot run here, or undefined when they can. Synchronous, because jest collects tests
 * synchronously; the answer is kept for the process.
 */
export function missingForEngines(engines: readonly TestEngine[]): string | undefined {
  if (engines.includes('postgres') && !isPostgresInstalled()) return 'PostgreSQL is not installed: run npm install';
  if (!engines.some((engine) => engine !== 'postgres')) return undefined;
  return (missingTools ??= { hint: findMissingTools() }).hint;
}

let missingTools: { hint: string | undefined } | undefined;

function findMissingTools(): string | undefined {
  const java = parseJava(printed('java', ['-version']));
  if (!java.ok) return java.hint;
  const maven = parseMaven(printed('mvn', ['-B', '--version']));
  return maven.ok ? undefined : maven.hint;
}

function printed(command: string, args: string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return `${stdout ?? ''}\n${stderr ?? ''}`;
}

/** `describe` for tests that need real engines: a visible skip where Java or Maven is missing, a failure with REQUIRE_ENGINES=1. */
export function describeWithEngine(engines: readonly TestEngine[], name: string, suite: () => void): void {
  describeUnlessMissing({ missing: missingForEngines(engines), requiredBy: 'REQUIRE_ENGINES' }, name, suite);
}
