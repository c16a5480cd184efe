import type { Browser } from 'playwright-core';
import { chromium as playwright } from 'playwright-core';
import { chromium } from '../test-support/chromium';
import { FixtureWorld, startGateway, type FixtureGateway } from '../test-support/gateway-fixture';

/** The playground in a real browser, with a gateway of its own: what it shows and sends depends on nothing else. */
let browser: Browser;
let gateway: FixtureGateway;
const world = new FixtureWorld();

beforeAll(async () => {
  world.company('acme');
  gateway = await startGateway(world);
  browser = await playwright.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

test('a visitor gives a key, sends an event and reads the answer, and nothing leaves the host', async () => {
  const { key } = world.key('acme');
  const page = await browser.newPage();
  const strangers: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== gateway.url) strangers.push(request.url());
  });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));

  await page.goto(`${gateway.url}/docs`);
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.getByLabel('Value:').fill(key);
  await page.getByRole('button', { name: 'Apply credentials' }).click();
  await page.locator('.auth-btn-wrapper').getByRole('button', { name: 'Close' }).click();
  await page.locator('#operations-Events-ingestEvent .opblock-summary').click();
  await page.locator('#operations-Events-ingestEvent').getByRole('button', { name: 'Execute' }).click();
  const answer = page.locator('#operations-Events-ingestEvent .live-responses-table');
  await answer.waitFor();
  expect(await answer.innerText()).toContain('202');
  expect(await answer.innerText()).toContain('evt_20250203_143245_abc123');
  expect(world.events().map(({ external_event_id }) => external_event_id)).toEqual(['evt_20250203_143245_abc123']);
  expect(strangers).toEqual([]);
  expect(complaints).toEqual([]);
});
