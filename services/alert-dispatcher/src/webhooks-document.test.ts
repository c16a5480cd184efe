import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from './testing/strip-types';
import { join } from 'node:path';
import { alertBody } from './core/payload';
import { STANDARD_SCHEDULE } from './core/schedule';
import { DispatcherSettings } from './settings';
import { anAlert, TEST_SECRET } from './testing/samples';

const DOCUMENT = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'webhooks.md'), 'utf8');

function block(mark: string): string {
  const start = DOCUMENT.indexOf(`<!-- ${mark} -->`);
  const [, text] = /```\w+\n([\s\S]*?)```/.exec(DOCUMENT.slice(start)) ?? [];
  if (start < 0 || text === undefined) throw new Error(`docs/webhooks.md has no block ${mark}`);
  return text;
}

type Verify = (secret: string, headers: Record<string, string>, body: string, now?: number) => boolean;

test('the example is what is sent', () => {
  expect(JSON.parse(block('example: alert.created'))).toEqual(JSON.parse(alertBody(anAlert())));
});

test('the code verifies the signed example, and nothing else', () => {
  const module = { exports: {} as { verify: Verify } };
  new Function('module', 'exports', 'require', stripTypeScriptTypes(block('code: typescript')))(module, module.exports, require);
  const { verify } = module.exports;
  const { headers, body } = JSON.parse(block('example: signed')) as { headers: Record<string, string>; body: string };
  expect(DOCUMENT).toContain(TEST_SECRET);
  expect(verify(TEST_SECRET, headers, body, 1_790_000_000_000)).toBe(true);
  expect(verify(TEST_SECRET, { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }, body, 1_790_000_000_000)).toBe(true);
  expect(verify(TEST_SECRET, headers, `${body} `, 1_790_000_000_000)).toBe(false);
  expect(verify(TEST_SECRET, headers, body, 1_790_000_400_000)).toBe(false);
});

test('the schedule is the one in force, and so is what may wait', () => {
  const words = STANDARD_SCHEDULE.slice(1).map((ms) => (ms < 60_000 ? `${ms / 1_000} s` : ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`));
  expect(DOCUMENT).toContain(`${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);
  expect(DOCUMENT).toContain(`(up to ${DispatcherSettings.properties.STAKEWATCH_WEBHOOK_PENDING_LIMIT.default.toLocaleString('en')} in each partition`);
});
