import { z } from 'zod';

/** Longer values are cut: enough to be recognised. */
const MOST_CHARACTERS = 60;

/**
 * What is wrong with one setting, in words: what it must be, what it is and what it means.
 * @param field its schema; with `.meta({ secret: true })` its value is never shown
 * @param value as given; undefined when it is missing
 */
export function describeFault(field: unknown, issues: readonly z.core.$ZodIssue[], value: string | undefined): string {
  const problems = [...new Set(issues.map((issue) => problemOf(issue, field)))].join('; ');
  const { description, secret } = field instanceof z.ZodType ? (field.meta() ?? {}) : {};
  // What has an @ may be an address with a password.
  const shown = value === undefined || secret === true || value.includes('@') ? '' : `, but is ${quoted(value)}`;
  return `${problems}${shown}${description ? ` (${description})` : ''}`;
}

function quoted(value: string): string {
  const line = value.replace(/\s+/g, ' ');
  return `"${line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line}"`;
}

const OF_NUMBERS: readonly z.core.$ZodIssue['code'][] = ['invalid_type', 'too_small', 'too_big'];

/** A setting is text, so what the schema made of it (NaN) or how it compares says less than what it must be. */
function problemOf(issue: z.core.$ZodIssue, field: unknown): string {
  const schema = innermost(field);
  if (schema instanceof z.ZodNumber && OF_NUMBERS.includes(issue.code)) return `must be ${rangeOf(schema)}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

function innermost(field: unknown): unknown {
  const wrapped = field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional;
  return wrapped ? innermost(field.unwrap()) : field;
}

function rangeOf(schema: z.ZodNumber): string {
  const { type, minimum, exclusiveMinimum, maximum } = z.toJSONSchema(schema);
  const bounds = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`up to ${maximum}`]),
  ].join(' ');
  return `a ${type === 'integer' ? 'whole ' : ''}number ${bounds}`.trimEnd();
}
