import { createHash } from 'node:crypto';

/** The group of events without the key that is grouped by: missing, null or empty. */
export const NO_GROUP = '(none)';

/** Longest name of a group, in UTF-16 code units. */
export const MAX_GROUP_NAME = 200;
const CUT_GROUP_NAME = 100;

/**
 * The name of a key's group: the key itself, except that one that UTF-8 cannot hold gets replacement characters, and the
 * rest of one that is too long is replaced by its SHA-256, so that different keys stay different groups.
 */
export function groupName(key: string): string {
  if (key === '') return NO_GROUP;
  const text = Buffer.from(key, 'utf8').toString('utf8');
  if (text.length <= MAX_GROUP_NAME) return text;
  const digest = createHash('sha256').update(text, 'utf8').digest('hex');
  return `${Buffer.from(text.slice(0, CUT_GROUP_NAME), 'utf8').toString('utf8')}…${digest}`;
}
