import type { Page } from 'playwright-core';
import { changeOf } from '../format/change';
import { formatCount, formatSignedPercent } from '../format/count';
import { figuresOf } from '../data/agreement';
import { FIGURES } from '../live/figures';
import { describeInBrowser, figuresShown, statusBecomes } from '../testing/browser-suite';
import { minutesAt, overviewAt } from '../testing/fake-shop';

/** The instant the shown figures are about, and their exact texts; read in one go, so that no tick comes between. */
function readTiles(
  page: Page,
): Promise<{ asOfMs: number; tiles: Record<string, { exact: string; before: string; change: string }> }> {
  return page.evaluate(() => {
    const list = document.querySelector('[data-figures-as-of]');
    const tiles = [...document.querySelectorAll('[data-figure]')].map((tile) => {
      const change = tile.querySelector('[data-change]');
      return [
        tile.getAttribute('data-figure'),
        {
          exact: tile.querySelector('[data-value]')?.getAttribute('title') ?? '',
          before: change?.getAttribute('title') ?? '',
          change: change?.textContent ?? '',
        },
      ];
    });
    return { asOfMs: Number(list?.getAttribute('data-figures-as-of')), tiles: Object.fromEntries(tiles) as never };
  });
}

describeInBrowser('the figures on the page', (suite) => {
  it.each(['live', '5s', 'off'])('equal the API to the cent with refresh=%s', async (mode) => {
    const page = await suite().open(`/?refresh=${mode}`);
    await figuresShown(page);
    const { asOfMs, tiles } = await readTiles(page);
    const overview = overviewAt(asOfMs);
    const current = figuresOf(overview.currentTimePeriod);
    const previous = figuresOf(overview.previousTimePeriod);
    for (const { name, exact } of FIGURES) {
      expect(tiles[name]?.exact).toBe(exact(current[name]));
      expect(tiles[name]?.before).toBe(`${exact(previous[name])} in the 60 s before`);
    }
  });

  it('change with the sign and the judgement of their difference', async () => {
    const page = await suite().open('/?refresh=off');
    await figuresShown(page);
    const { asOfMs, tiles } = await readTiles(page);
    const overview = overviewAt(asOfMs);
    const current = figuresOf(overview.currentTimePeriod);
    const previous = figuresOf(overview.previousTimePeriod);
    for (const { name, risingIs } of FIGURES) {
      const change = changeOf(current[name], previous[name], risingIs);
      const text = tiles[name]?.change ?? '';
      if (change.kind !== 'moved') continue;
      expect(text).toContain(change.absolute > 0 ? 'up' : 'down');
      expect(text).toContain(change.tone);
      // Less than half a thousandth of a change is "0%", with neither sign.
      expect(text).toContain(` ${formatSignedPercent(change.ratio)} `);
    }
  });

  it('are said to come from a paused shop while it is paused', async () => {
    const { gateway, open } = suite();
    const page = await open('/?refresh=off');
    await figuresShown(page);
    await page.locator('[data-hop]').first().waitFor({ state: 'attached' });
    expect(await page.locator('[data-shop="paused"]').count()).toBe(0);
    gateway.shop = 'paused';
    await page.keyboard.press('r');
    await page.locator('[data-shop="paused"]', { hasText: 'The shop is paused.' }).waitFor();
    // A refresh that is still under way would be all that a second press waits for.
    await statusBecomes(page, 'Paused');
    gateway.shop = 'running';
    await page.keyboard.press('r');
    await page.locator('[data-shop="paused"]').waitFor({ state: 'detached' });
  });

  it('keep the unfinished minute out of every comparison', async () => {
    const page = await suite().open('/?refresh=off');
    await figuresShown(page);
    const line = page.locator('[data-last-minute]');
    await line.waitFor();
    const [lastMs, runningMs, text, running] = await page.evaluate(() => {
      const last = document.querySelector('[data-last-minute]');
      const now = document.querySelector('[data-running-minute]');
      return [
        Number(last?.getAttribute('data-last-minute')),
        Number(now?.getAttribute('data-running-minute')),
        last?.textContent ?? '',
        now?.textContent ?? '',
      ] as const;
    });
    const rows = minutesAt(runningMs + 1_000).rows;
    const orders = (startMs: number): number => rows.find(({ timestampMs }) => timestampMs === startMs)?.orders ?? NaN;
    expect(lastMs).toBe(runningMs - 60_000);
    const change = orders(lastMs) - orders(lastMs - 60_000);
    expect(text).toContain(formatCount(orders(lastMs)));
    expect(text).toContain(change === 0 ? 'no change' : formatCount(Math.abs(change)));
    expect(running).toMatch(/in progress, \d+ s/);
  });

  it('state the chart’s finding for those who do not see it, and show its numbers as a table', async () => {
    const page = await suite().open('/?refresh=off&tz=utc');
    const chart = page.getByRole('img', { name: /^Orders per minute, 59 full minutes, times in UTC/ });
    await chart.waitFor();
    await page.getByRole('button', { name: 'View as table' }).click();
    const rows = page.getByRole('region', { name: 'Orders per minute as a table' }).locator('tbody tr');
    await rows.nth(59).waitFor();
    expect(await rows.count()).toBe(60);
  });

  it('show that both paths agree for the last closed minute', async () => {
    const page = await suite().open('/?refresh=off');
    await page.locator('[data-agreement="agree"]').waitFor();
    expect(await page.locator('[data-agreement]').textContent()).toContain('stores − SQL = 0');
  });

  it('show by how much the paths differ', async () => {
    suite().gateway.sqlSkewCents = 4_599;
    const page = await suite().open('/?refresh=off');
    await page.locator('[data-agreement="differ"]').waitFor();
    expect(await page.locator('[data-agreement]').textContent()).toContain('Revenue +$45.99');
    suite().gateway.sqlSkewCents = 0;
  });
});
