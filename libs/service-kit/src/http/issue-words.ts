import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

/**
 * What a value must be, for the caller of an API, where its schema does not say it itself.
 * @returns undefined where zod's own words will do
 */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  const { code } = issue;
  if (code === 'invalid_type') return issue.expected in TYPES ? `must be ${TYPES[issue.expected]}` : undefined;
  if (code === 'too_small') return boundWords(issue.origin, issue.inclusive === false ? 'above' : 'at least', issue.minimum);
  if (code === 'too_big') return boundWords(issue.origin, issue.inclusive === false ? 'below' : 'at most', issue.maximum);
  if (code === 'invalid_value') return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
  if (code === 'invalid_format' && issue.format === 'uuid') return 'must be a UUID';
  return undefined;
}

function boundWords(origin: string, side: string, bound: number | bigint): string {
  const unit = UNITS[origin];
  return unit === undefined ? `must be ${side} ${bound}` : `must have ${side} ${bound} ${unit[bound === 1 ? 0 : 1]}`;
}
