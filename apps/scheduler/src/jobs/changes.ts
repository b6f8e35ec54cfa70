/** One sentence about what bringing something up has changed. */
export function describeChanges(
  what: string,
  changes: { created: readonly string[]; changed: readonly string[] },
): string {
  const parts = [
    ...(changes.created.length > 0 ? [`created ${changes.created.join(', ')}`] : []),
    ...(changes.changed.length > 0 ? [`changed ${changes.changed.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : `${what} are as declared; nothing changed`;
}
