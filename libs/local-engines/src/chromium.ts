import { existsSync } from 'node:fs';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

/** What to do where Chromium is missing. */
export const CHROMIUM_HINT = 'install it, e.g. apt install chromium, or set CHROMIUM_PATH to where it is';

/** Where Chromium is, which the tests of the page need: CHROMIUM_PATH, else the usual places; null when there is none. */
export function chromiumPath(
  named: string | undefined = process.env['CHROMIUM_PATH'],
  exists: (path: string) => boolean = existsSync,
): string | null {
  return [...(named ? [named] : []), ...CANDIDATES].find((candidate) => exists(candidate)) ?? null;
}
