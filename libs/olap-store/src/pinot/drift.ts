/**
 * Where what exists differs from what is declared: paths of declared values that are missing or different. What exists may
 * have more, because Pinot adds defaults. Field specs and transforms are matched by name, as Pinot does not keep their
 * order; other lists must be equal.
 */
export function drift(declared: unknown, existing: unknown, path = ''): string[] {
  if (Array.isArray(declared)) return driftOfLists(declared, existing, path);
  if (typeof declared !== 'object' || declared === null) return equalValues(declared, existing) ? [] : [path];
  if (typeof existing !== 'object' || existing === null) return Object.keys(declared).length === 0 ? [] : [path];
  return Object.entries(declared).flatMap(([key, value]) =>
    drift(value, (existing as Record<string, unknown>)[key], `${path}/${key}`),
  );
}

function driftOfLists(declared: readonly unknown[], existing: unknown, path: string): string[] {
  if (!Array.isArray(existing) || declared.length !== existing.length) return [path];
  return declared.flatMap((item, index) => {
    const name = nameOf(item);
    const other: unknown =
      name === undefined ? existing[index] : existing.find((candidate) => nameOf(candidate) === name);
    return drift(item, other, `${path}/${name ?? index}`);
  });
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { name, columnName } = item as { name?: unknown; columnName?: unknown };
  return typeof name === 'string' ? name : typeof columnName === 'string' ? columnName : undefined;
}

/** Pinot gives numbers back as text here and there. */
function equalValues(declared: unknown, existing: unknown): boolean {
  return (
    declared === existing || (existing !== undefined && existing !== null && String(declared) === String(existing))
  );
}
