import type { Browser } from 'playwright-core';
import { CHROMIUM_HINT, chromiumPath } from '../chromium';
import { describeUnlessMissing } from './describe-unless-missing';

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

const NO_CHROMIUM = `no Chromium here: ${CHROMIUM_HINT}`;

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
