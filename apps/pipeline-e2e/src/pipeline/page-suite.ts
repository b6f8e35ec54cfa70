import { describeWithBrowser, launchChromium } from '@orderpulse/local-engines/testing';
import type { LatestOrders, Overview, Popular } from '@orderpulse/contracts';
import type { Browser, Page } from 'playwright-core';
import { post, read } from '../harness/api';
import { knownOrder } from '../harness/known-orders';
import { eventually } from '../harness/eventually';
import type { ProductUrls } from '../harness/product';

/** A tile's exact figure as the page writes it on hover: "$1,234.50" or "1,234". */
async function figure(page: Page, name: string): Promise<number> {
  const title = await page.locator(`[data-figure="${name}"] [data-value]`).getAttribute('title');
  return Number((title ?? 'missing').replace(/[$,]/g, ''));
}

/** The page in real Chromium in front of the running product: what it shows is what the API says for the same instant. */
export function pageSuite(urlsOf: () => ProductUrls): void {
  describeWithBrowser('in Chromium', () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    it('shows the six figures of the API to the cent, live', async () => {
      const urls = urlsOf();
      for (let i = 0; i < 25; i++) await post(`${urls.orderApi}/orders`, knownOrder(i), 201);
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(urls.page);
      await eventually(async () => {
        const asOf = Number(await page.locator('[data-figures-as-of]').getAttribute('data-figures-as-of'));
        const shown = {
          orders: await figure(page, 'orders'),
          totalRevenue: await figure(page, 'revenueCents'),
          avgOrderValue: await figure(page, 'averageCents'),
          fraudCount: await figure(page, 'fraud'),
          deliveredCount: await figure(page, 'delivered'),
          refundedCount: await figure(page, 'refunded'),
        };
        // A tick may fall between the reads of two tiles: only a picture of one instant is compared.
        expect(Number(await page.locator('[data-figures-as-of]').getAttribute('data-figures-as-of'))).toBe(asOf);
        const { currentTimePeriod } = await read<Overview>(`${urls.gateway}/orders/overview?asOf=${asOf}`);
        expect(shown).toEqual(currentTimePeriod);
        expect(shown.orders).toBeGreaterThanOrEqual(25);
      });
      expect(errors).toEqual([]);
      await page.close();
    });

    it('shows the newest order and the top item of the API', async () => {
      const urls = urlsOf();
      await post(`${urls.orderApi}/orders`, knownOrder(4), 201);
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(urls.page);
      await eventually(async () => {
        const [popular, latest] = await Promise.all([
          read<Popular>(`${urls.gateway}/orders/popular`),
          read<LatestOrders>(`${urls.gateway}/orders/latestorders`),
        ]);
        const text = await page.locator('main').innerText();
        expect(text).toContain(popular.itemNames[0]?.itemName ?? 'an item');
        expect(text).toContain(latest.rows[0]?.customerId ?? 'a customer');
      });
      await page.close();
    });
  });
}
