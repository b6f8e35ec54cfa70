import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describeInBrowser, figuresShown } from '../testing/browser-suite';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeViolation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Serious and critical findings of axe on the page as it is now. */
async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: unknown[] }> } };
    return (await axe.run()).violations;
  });
  return (violations as AxeViolation[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join(' | ')}`,
    );
}

/** Most that the first page may load of scripts, gzipped. */
const SCRIPT_BUDGET_BYTES = 260 * 1024;

describeInBrowser('the craft of the page', (suite) => {
  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)('has no serious or critical axe finding in the %s theme at %i px', async (colorScheme, width) => {
    const page = await suite().open('/?refresh=off', { colorScheme, viewport: { width, height: 900 } });
    await figuresShown(page);
    await page.getByRole('img', { name: /^Orders per minute/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('has none either when panels have failed, the data are stale and the help is open', async () => {
    const { gateway, open } = suite();
    gateway.failing.add('/orders/popular');
    gateway.hopStates.set('topic', 'stalled').set('sql', 'idle');
    const page = await open('/?refresh=off');
    await figuresShown(page);
    gateway.failing.add('/orders/overview').add('/orders/latestorders');
    await page.keyboard.press('r');
    await page.locator('[data-stale]').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it.each([390, 768, 1024, 1440, 1920])('does not scroll sideways at %i px', async (width) => {
    const page = await suite().open('/?refresh=off', { viewport: { width, height: 844 } });
    await figuresShown(page);
    await page.getByRole('img', { name: /^Orders per minute/ }).waitFor();
    const [content, room] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBeLessThanOrEqual(room ?? 0);
  });

  it.each([390, 768, 1440])('keeps every total of the latest orders inside its panel at %i px', async (width) => {
    const page = await suite().open('/?refresh=off', { viewport: { width, height: 844 } });
    const panel = page.getByRole('region', { name: 'Latest orders' });
    const totals = panel.locator('[data-total]:visible');
    await totals.first().waitFor();
    const boxes = await Promise.all((await totals.all()).map((total) => total.boundingBox()));
    const frame = await panel.boundingBox();
    const rights = boxes.map((box) => (box?.x ?? NaN) + (box?.width ?? NaN));
    expect(rights).toHaveLength(10);
    expect(Math.max(...rights)).toBeLessThanOrEqual((frame?.x ?? NaN) + (frame?.width ?? NaN) - 16);
  });

  it('shows each of the latest orders in its own currency', async () => {
    const page = await suite().open('/?refresh=off');
    const totals = page.getByRole('region', { name: 'Latest orders' }).locator('td[data-total]');
    await totals.first().waitFor();
    const signs = (await totals.allTextContents()).map((text) => text[0]);
    expect(new Set(signs)).toEqual(new Set(['$', '€', '£']));
  });

  it('has targets of at least 44 px at 390 px', async () => {
    const page = await suite().open('/?refresh=off', { viewport: { width: 390, height: 844 } });
    await figuresShown(page);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, select, a, summary')]
        .map((element) => ({ box: element.getBoundingClientRect(), text: element.textContent ?? '' }))
        .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
        .map(({ box, text }) => `${text} ${Math.round(box.width)}×${Math.round(box.height)}`),
    );
    expect(small).toEqual([]);
  });

  it('does not move while data come in', async () => {
    const page = await suite().open('/');
    await figuresShown(page);
    await page.getByRole('img', { name: /^Orders per minute/ }).waitFor();
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 6_000);
        }),
    );
    // From the first paint on, over seven ticks. Right-aligned digits may grow to the left, which counts a little.
    expect(shift).toBeLessThan(0.002);
  });

  it('changes its theme with T and keeps it', async () => {
    const page = await suite().open('/?refresh=off', { colorScheme: 'light' });
    await figuresShown(page);
    await page.keyboard.press('t');
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.reload();
    await figuresShown(page);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  it('writes times in the chosen zone and says which', async () => {
    const page = await suite().open('/?refresh=off', { timezoneId: 'America/New_York' });
    await figuresShown(page);
    const badge = page.locator('[data-status]');
    expect(await badge.textContent()).toMatch(/E[SD]T/);
    await page.getByRole('group', { name: 'Time zone' }).first().getByRole('button', { name: 'UTC' }).click();
    await page.waitForURL(/tz=utc/);
    expect(await badge.textContent()).toContain('UTC');
  });

  it('loads at most 260 kB of scripts, and nothing from elsewhere', async () => {
    const { server, open } = suite();
    const page = await open('/?refresh=off');
    await figuresShown(page);
    await page.getByRole('img', { name: /^Orders per minute/ }).waitFor();
    const urls = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    expect(urls.filter((url) => !url.startsWith(server.url))).toEqual([]);
    const scripts = [...new Set(urls.filter((url) => /\.js(\?|$)/.test(url)))];
    const sizes = await Promise.all(
      scripts.map(async (url) => gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).byteLength),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.info(`scripts of the first page: ${(total / 1024).toFixed(1)} kB gzipped in ${scripts.length} files`);
    expect(total).toBeLessThanOrEqual(SCRIPT_BUDGET_BYTES);
  });
});
