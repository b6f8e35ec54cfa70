/**
 * What the page may read of the gateway, and whether it is a stream. Everything else is refused here, so that the
 * page's origin never becomes a way to the gateway's administration.
 */
const ALLOWED: readonly { pattern: RegExp; stream: boolean }[] = [
  { pattern: /^orders\/live$/, stream: true },
  { pattern: /^orders\/[A-Za-z0-9_-]{1,64}$/, stream: false },
  { pattern: /^status$/, stream: false },
  { pattern: /^health\/(live|ready)$/, stream: false },
];

export interface AllowedPath {
  /** Without a leading slash; safe to put behind the gateway's address as it is. */
  path: string;
  stream: boolean;
}

/** The path of the gateway for the segments behind /api, or null when the page has no business there. */
export function allowedPath(segments: readonly string[]): AllowedPath | null {
  const path = segments.join('/');
  const rule = ALLOWED.find(({ pattern }) => pattern.test(path));
  return rule ? { path, stream: rule.stream } : null;
}
