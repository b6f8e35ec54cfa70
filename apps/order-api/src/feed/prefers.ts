/** How well a media type suits a client: larger numbers are better, the first that differs decides. */
type Liking = readonly [quality: number, exactness: number, before: number];

/**
 * Whether a client would rather have an answer of media type `type` than of `other`, by its Accept header (RFC 9110, 12.5.1). Of two
 * that it takes equally gladly it gets the one that it names more exactly, then the one that it names first, then `other`.
 */
export function prefers(type: string, other: string, accept = '*/*'): boolean {
  const [one, two] = [likingOf(type, accept), likingOf(other, accept)];
  const differing = one.findIndex((value, index) => value !== two[index]);
  return differing >= 0 && one[0] > 0 && (one[differing] ?? 0) > (two[differing] ?? 0);
}

function likingOf(type: string, accept: string): Liking {
  // The most exact range says what a type is worth, whatever the others say.
  const ranges = [type, type.replace(/\/.*/, '/*'), '*/*'];
  const likings = accept.split(',').flatMap((entry, index): Liking[] => {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const exactness = ranges.indexOf(range);
    if (exactness < 0) return [];
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return [[Number(quality) || 0, -exactness, -index]];
  });
  return likings.sort(([, a], [, b]) => b - a)[0] ?? [0, 0, 0];
}
