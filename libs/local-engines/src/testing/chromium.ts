import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { describeUnlessMissing } from './describe-unless-missing';

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

const NO_CHROMIUM = 'no Chromium here: install it or set CHROMIUM_PATH';

/** Where Chromium is: CHROMIUM_PATH, else the usual places; null when there is none. */
function chromiumPath(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  return [...(named ? [named] : []), ...CANDIDATES].find((candidate) => existsSync(candidate)) ?? null;
}

/** Starts the system's Chromium. @throws Error when there is none */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error(NO_CHROMIUM);
  // Loaded here: most tests that use this library need no browser.
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** `describe` for tests that need Chromium: a visible skip where there is none, a failure with REQUIRE_BROWSER=1. */
export function describeWithBrowser(name: string, suite: () => void): void {
  const missing = chromiumPath() === null ? NO_CHROMIUM : undefined;
  describeUnlessMissing({ missing, requiredBy: 'REQUIRE_BROWSER' }, name, suite);
}
