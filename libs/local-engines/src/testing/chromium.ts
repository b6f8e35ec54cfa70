import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

/** Nothing that a test does not need: no sandbox in containers, no calls home. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is: CHROMIUM_PATH, else the usual places; null when there is none. */
export function chromiumPath(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  return [...(named ? [named] : []), ...CANDIDATES].find((candidate) => existsSync(candidate)) ?? null;
}

/** Whether a missing browser is a failure rather than a reason to skip. */
export const browserRequired = (): boolean => process.env['REQUIRE_BROWSER'] === '1';

/** Starts the system's Chromium. @throws Error when there is none */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('No Chromium found: install it or set CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** A jest suite that needs Chromium: a visible skip where there is none, a failure with REQUIRE_BROWSER=1. */
export function describeWithBrowser(name: string, suite: () => void): void {
  if (chromiumPath() !== null || browserRequired()) describe(name, suite);
  else describe.skip(`${name} (skipped: no Chromium here)`, suite);
}
