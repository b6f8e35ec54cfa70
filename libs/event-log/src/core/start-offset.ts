import type { PartitionBounds, WantedStart } from '../port';

/**
 * The first offset to read, within the partition's bounds.
 * @param committed gives the group's committed offset, or null; asked only when it is wanted
 */
export async function startOffset(
  wanted: WantedStart,
  { earliest, end }: PartitionBounds,
  committed: () => Promise<number | null>,
): Promise<number> {
  if (wanted === 'latest') return end;
  if (wanted === 'earliest') return earliest;
  const offset = wanted === 'committed' ? await committed() : wanted;
  return Math.min(Math.max(offset ?? earliest, earliest), end);
}
