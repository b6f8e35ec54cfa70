import type { z } from 'zod';
import { describeFault } from './describe-fault';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings are missing or wrong; the message lists each with what it must be. */
export class ConfigError extends Error {
  readonly code = 'BAD_CONFIG';
  readonly retriable = false;

  /** @param faults a line for each wrong setting, as of configFaults */
  constructor(readonly faults: readonly string[]) {
    super(`These settings are wrong; correct them and start again:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads a service's settings from environment variables. An empty variable counts as not set.
 * @param schema one strict description of every setting, each with `.describe()` (meaning and unit)
 * @throws ConfigError naming every bad key at once
 */
export function loadConfig<T extends z.ZodObject>(schema: T, environment: Environment = process.env): z.infer<T> {
  const given = settingsGiven(schema, environment);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(faultLines(schema, given, parsed.error));
}

/**
 * What is wrong with the settings that an environment has for a schema, without reading them.
 * @returns a line for each wrong setting: its name, what it must be, what it is, what it means. Empty when all are well
 */
export function configFaults(schema: z.ZodObject, environment: Environment): string[] {
  const given = settingsGiven(schema, environment);
  const parsed = schema.safeParse(given);
  return parsed.success ? [] : faultLines(schema, given, parsed.error);
}

type Given = Readonly<Record<string, string>>;

function settingsGiven(schema: z.ZodObject, environment: Environment): Given {
  const given: Record<string, string> = {};
  for (const key of Object.keys(schema.shape)) {
    const value = environment[key];
    if (value !== undefined && value !== '') given[key] = value;
  }
  return given;
}

function faultLines(schema: z.ZodObject, given: Given, { issues }: z.ZodError): string[] {
  const keyOf = ({ path }: z.core.$ZodIssue): string => String(path[0] ?? '');
  return [...new Set(issues.map(keyOf))].map((key) => {
    const own = issues.filter((issue) => keyOf(issue) === key);
    return `${key}: ${describeFault(schema.shape[key], own, given[key])}`;
  });
}
