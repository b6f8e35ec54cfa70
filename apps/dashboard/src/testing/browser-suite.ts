import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describeWithBrowser, launchChromium } from '@orderpulse/local-engines/testing';
import { FakeGateway } from './fake-gateway';
import { PageServer } from './page-server';

/** What every browser spec has: a fake gateway, the production page in front of it, and Chromium. */
export interface BrowserSuite {
  gateway: FakeGateway;
  server: PageServer;
  browser: Browser;
  /** Opens the page; its context is closed after the test. Script errors on the page fail the test. */
  open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
}

/**
 * A describe block in real Chromium. Without Chromium the block is visibly skipped, or fails when REQUIRE_BROWSER=1.
 * @param body gets a function that returns the suite; call it inside tests only
 */
export function describeInBrowser(name: string, body: (suite: () => BrowserSuite) => void): void {
  describeWithBrowser(name, () => {
    let suite: BrowserSuite | null = null;
    const pages: Page[] = [];
    const errors: string[] = [];

    beforeAll(async () => {
      const gateway = new FakeGateway();
      await gateway.start();
      const server = await PageServer.start(gateway.url);
      const browser = await launchChromium();
      const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
        const context = await browser.newContext({
          viewport: { width: 1440, height: 900 },
          timezoneId: 'UTC',
          ...options,
        });
        const page = await context.newPage();
        page.on('pageerror', (error) => errors.push(error.message));
        pages.push(page);
        await page.goto(`${server.url}${path}`);
        return page;
      };
      suite = { gateway, server, browser, open };
    });

    afterEach(async () => {
      await Promise.all(pages.splice(0).map((page) => page.context().close()));
      suite?.gateway.failing.clear();
      suite?.gateway.hopStates.clear();
      if (suite) suite.gateway.shop = 'running';
      expect(errors.splice(0)).toEqual([]);
    });

    afterAll(async () => {
      await suite?.browser.close();
      await suite?.server.stop();
      await suite?.gateway.kill();
    });

    body(() => {
      if (suite === null) throw new Error('The browser suite has not started');
      return suite;
    });
  });
}

/** Waits until the page shows figures. */
export async function figuresShown(page: Page): Promise<void> {
  await page.locator('[data-figure="orders"] [data-value]').waitFor();
}

/** Waits until the page shows the answer to each of its questions: none is under way then but those of a later tick. */
export async function everythingShown(page: Page): Promise<void> {
  await figuresShown(page);
  await page.locator('[data-hop]').first().waitFor({ state: 'attached' });
  await page.locator('[data-agreement="agree"]').waitFor();
  await page.locator('section[aria-busy="true"]').first().waitFor({ state: 'detached' });
}

/** The word of the status badge. */
export const statusWord = (page: Page): Promise<string | null> =>
  page.locator('[data-status]').getAttribute('data-status');

/** Waits until the status badge says one of the words. */
export async function statusBecomes(page: Page, word: string, timeoutMs = 15_000): Promise<void> {
  await page.locator(`[data-status="${word}"]`).waitFor({ timeout: timeoutMs });
}
