import { z } from 'zod';

/** A setting is missing or wrong; the message lists every bad one with its meaning. */
export class ConfigError extends Error {
  readonly code = 'BAD_CONFIG';
  readonly retriable = false;

  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/**
 * Reads a service's settings from environment variables. An empty variable counts as not set.
 * @param schema one strict description of every setting, each with `.describe()` (meaning and unit)
 * @throws ConfigError naming every bad key at once, never its value (it may be a secret)
 */
export function loadConfig<T extends z.ZodObject>(
  schema: T,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): z.infer<T> {
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .map((key) => [key, environment[key]] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const field: unknown = schema.shape[key];
    const meaning = field instanceof z.ZodType ? field.description : undefined;
    return `  ${key}: ${issue.message}${meaning ? ` (${meaning})` : ''}`;
  });
  throw new ConfigError(`These settings are wrong; correct them and start again:\n${lines.join('\n')}`);
}
