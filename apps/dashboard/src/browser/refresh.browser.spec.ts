import { setTimeout as sleep } from 'node:timers/promises';
import { describeInBrowser, everythingShown, figuresShown, statusBecomes, statusWord } from '../testing/browser-suite';

describeInBrowser('refreshing', (suite) => {
  it('makes no data request when it is off', async () => {
    const page = await suite().open('/?refresh=off');
    await everythingShown(page);
    const before = suite().gateway.requests.length;
    await sleep(6_000);
    expect(suite().gateway.requests.length).toBe(before);
    expect(await statusWord(page)).toBe('Paused');
  });

  it('asks once for everything when the reader wants it', async () => {
    const page = await suite().open('/?refresh=off');
    await everythingShown(page);
    suite().gateway.requests.length = 0;
    const answered = page.waitForResponse(/latestorders/);
    await page.keyboard.press('r');
    await answered;
    await statusBecomes(page, 'Paused');
    const asked = suite().gateway.requests;
    expect(asked.filter((path) => path === '/orders/popular')).toHaveLength(1);
    expect(asked).toContain('/orders/ordersperminute');
  });

  it('goes on every second by the live stream', async () => {
    const page = await suite().open('/');
    await statusBecomes(page, 'Live');
    const asOf = (): Promise<number> =>
      page.locator('[data-figures-as-of]').getAttribute('data-figures-as-of').then(Number);
    const first = await asOf();
    await sleep(3_300);
    expect((await asOf()) - first).toBeGreaterThanOrEqual(2_000);
  });

  it('closes the gateway’s stream when the reader leaves', async () => {
    const page = await suite().open('/');
    await statusBecomes(page, 'Live');
    await expectSoon(() => suite().gateway.openStreams === 1);
    await page.close();
    await expectSoon(() => suite().gateway.openStreams === 0);
  });

  it('is kept in the address and paused by Space, which a second Space undoes', async () => {
    const page = await suite().open('/?refresh=10s');
    await figuresShown(page);
    await page.keyboard.press(' ');
    await statusBecomes(page, 'Paused');
    // The address follows a little later: browsers allow a page only so many changes of it.
    await page.waitForURL(/refresh=off/);
    await page.keyboard.press(' ');
    await page.waitForURL(/refresh=10s/);
  });

  it('keeps the values when the gateway is gone, says how old they are, and recovers without a reload', async () => {
    const { gateway, open } = suite();
    const page = await open('/?tz=utc');
    await statusBecomes(page, 'Live');
    // A panel that has not had its answer yet would have nothing to keep.
    await everythingShown(page);
    await gateway.kill();
    await statusBecomes(page, 'Stale');
    const badge = page.locator('[data-status]');
    expect(await badge.textContent()).toMatch(/^Stale· data from \d\d:\d\d:\d\d UTC \(\d+ s ago\)$/);
    expect(await page.locator('[data-figure="orders"] [data-value]').textContent()).toMatch(/^[\d,]+$/);
    expect(await page.locator('[data-error]').count()).toBe(0);
    await page.locator('[data-stale]').first().waitFor();
    await page.locator('[data-hop="topic"][data-state="unknown"]').waitFor();
    await gateway.start();
    await statusBecomes(page, 'Live');
    await page.locator('[data-stale]').first().waitFor({ state: 'detached', timeout: 20_000 });
  });

  it('says Error, then recovers, when the gateway was never there', async () => {
    const { gateway, open } = suite();
    await gateway.kill();
    const page = await open('/');
    await statusBecomes(page, 'Error');
    await page.locator('[data-error]').first().waitFor();
    await gateway.start();
    await statusBecomes(page, 'Live');
    await expectSoon(async () => (await page.locator('[data-error]').count()) === 0);
  });

  it('leaves the other panels alone when one fails, and names the request', async () => {
    const { gateway, open } = suite();
    gateway.failing.add('/orders/popular');
    const page = await open('/');
    await statusBecomes(page, 'Live');
    await page
      .getByRole('region', { name: 'Top items' })
      .locator('[data-error]', { hasText: 'fake-request-1' })
      .waitFor();
    await page.getByRole('region', { name: 'Cities' }).locator('ol li').nth(4).waitFor();
    await page.getByRole('region', { name: 'Latest orders' }).locator('tbody tr').nth(9).waitFor();
  });

  it('asks again for a panel that has failed when the reader says Retry', async () => {
    const { gateway, open } = suite();
    gateway.failing.add('/orders/popular');
    // No tick that would ask as well, and take the button away before it is pressed.
    const page = await open('/?refresh=off');
    const items = page.getByRole('region', { name: 'Top items' });
    const retry = items.getByRole('button', { name: 'Retry Top items' });
    await retry.waitFor();
    gateway.failing.clear();
    await retry.click();
    await items.locator('ol li').first().waitFor();
  });

  it('keeps rows still while one is hovered', async () => {
    const page = await suite().open('/?refresh=5s');
    const panel = page.getByRole('region', { name: 'Latest orders' });
    const firstRow = panel.locator('tbody tr').first();
    await firstRow.hover();
    const before = await firstRow.textContent();
    const resume = panel.getByRole('button', { name: /new · resume/ });
    await resume.waitFor({ timeout: 20_000 });
    expect(await firstRow.textContent()).toBe(before);
    await resume.click();
    await page.mouse.move(5, 5);
    await expectSoon(async () => (await firstRow.textContent()) !== before);
  });

  it('turns exactly the hop red that is down', async () => {
    const { gateway, open } = suite();
    gateway.hopStates.set('aggregator', 'down');
    gateway.hopStates.set('order-producer', 'idle');
    const page = await open('/');
    await page.locator('[data-hop="aggregator"][data-state="down"]').waitFor();
    expect(await page.locator('[data-hop][data-state="ok"]').count()).toBe(3);
    expect(await page.locator('[data-hop="order-producer"]').textContent()).toContain('nothing for 35 s');
  });
});

async function expectSoon(condition: () => boolean | Promise<boolean>): Promise<void> {
  const limitMs = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > limitMs) throw new Error('it did not come true within 15 s');
    await sleep(50);
  }
}
