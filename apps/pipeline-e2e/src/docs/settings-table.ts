import type { z } from 'zod';

/** A program with its settings. */
export interface SettingsOf {
  program: string;
  schema: z.ZodObject;
}

interface Row {
  name: string;
  programs: string[];
  fallback: string;
  meaning: string;
}

/** The default of a setting as a user would write it; "—" when it has none. */
function fallbackOf(schema: z.ZodObject, name: string): string {
  const field = schema.shape[name] as z.ZodType | undefined;
  const parsed = field?.safeParse(undefined);
  if (!parsed?.success || parsed.data === undefined) return '—';
  const value = typeof parsed.data === 'boolean' ? (parsed.data ? 'on' : 'off') : String(parsed.data);
  // The password of the local database is no secret, but a table of settings is no place for any.
  return `\`${value.replace(/\/\/([^:@/]+):[^@/]+@/, '//$1:…@')}\``;
}

/**
 * The README's table of settings, from the schemas that the programs check theirs with. One row a name; a name that
 * several programs share has one row when it means the same there.
 */
export function settingsTable(all: readonly SettingsOf[]): string {
  const rows = new Map<string, Row>();
  for (const { program, schema } of all) {
    for (const name of Object.keys(schema.shape)) {
      const meaning = (schema.shape[name] as z.ZodType).description ?? '';
      const fallback = fallbackOf(schema, name);
      const key = `${name}|${meaning}|${fallback}`;
      const row = rows.get(key) ?? { name, programs: [], fallback, meaning };
      row.programs.push(program);
      rows.set(key, row);
    }
  }
  const sorted = [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const lines = sorted.map(({ name, programs, fallback, meaning }) => {
    const of = programs.length === all.length ? 'all' : programs.join(', ');
    return [`\`${name}\``, fallback, meaning, ...(all.length > 1 ? [of] : [])];
  });
  const head = ['setting', 'default', 'meaning', ...(all.length > 1 ? ['of'] : [])];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
