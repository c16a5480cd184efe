import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ERROR_CODES, TOPICS } from '@stakewatch/contracts';
import { METRICS } from '@stakewatch/runtime';
import type { TObject } from '@sinclair/typebox';
import { DispatcherSettings } from '../../services/alert-dispatcher/src/settings';
import { ScorerSettings } from '../../services/bonus-scorer/src/config';
import { GatewaySettings } from '../../services/gateway/src/config';
import { HistorySettings } from '../../services/history-writer/src/settings';
import { MonitorSettings } from '../../services/transaction-monitor/src/config';
import { DetectorSettings } from '../../services/velocity-detector/src/config';
import { anchorsOf, markdownFiles, ROOT } from './markdown';

const files = markdownFiles();
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe.each(files)('$path', ({ path, text }) => {
  test('leads nowhere that is not there', () => {
    const broken = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
      .map(([, link]) => link as string)
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? join(ROOT, path) : join(ROOT, dirname(path), file);
        if (!existsSync(target)) return true;
        return anchor !== undefined && target.endsWith('.md') && !anchorsOf(readFileSync(target, 'utf8')).has(anchor);
      });
    expect(broken).toEqual([]);
  });

  test('names npm commands that exist', () => {
    const scripts = Object.keys((JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }).scripts);
    const named = [...text.matchAll(/`npm (?:run )?([a-z][a-z0-9:-]*[a-z0-9])(?=[` ])/g)].map(([, name]) => name as string);
    const own = new Set(['ci', 'install', 'packages', 'registry', 'package', 'workspaces', 'run', 'view', 'i']);
    expect(named.filter((name) => !own.has(name) && !scripts.includes(name))).toEqual([]);
  });
});

test('every page of docs opens by saying whom it serves', () => {
  const pages = files.filter(({ path }) => /^docs\/([^/]+|decisions\/README)\.md$/.test(path));
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.filter(({ text }) => !/^# .+\n\nFor [a-zA-Z]/.test(text)).map(({ path }) => path)).toEqual([]);
});

test('every metric is explained in docs/operations.md, and no other', () => {
  const named = new Set([...textOf('docs/operations.md').matchAll(/^\| `(stakewatch_[a-z_]+)`/gm)].map(([, name]) => name));
  expect([...named].sort()).toEqual(Object.keys(METRICS).sort());
});

test('every setting of every service stands in docs/operations.md with its default and its meaning, and no other', () => {
  const services: Record<string, TObject> = { 'alert-dispatcher': DispatcherSettings, 'bonus-scorer': ScorerSettings, gateway: GatewaySettings, 'history-writer': HistorySettings, 'transaction-monitor': MonitorSettings, 'velocity-detector': DetectorSettings };
  const rows = Object.entries(services).flatMap(([service, { properties }]) =>
    Object.entries(properties).map(([name, { default: usual, description }]) => `| ${service} | \`${name}\` | ${usual === undefined ? 'required' : usual === '' ? 'empty' : String(usual)} | ${description} |`),
  );
  expect(textOf('docs/operations.md').split('\n').filter((line) => /^\| [a-z-]+ \| `STAKEWATCH_/.test(line))).toEqual(rows);
  expect(Object.keys(services)).toEqual(readdirSync(join(ROOT, 'services')).sort());
});

test('every error code is explained in docs/api.md, with its status', () => {
  const listed = Object.fromEntries([...textOf('docs/api.md').matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [code, Number(status)]));
  expect(listed).toEqual(Object.fromEntries(Object.entries(ERROR_CODES).map(([code, { status }]) => [code, status])));
});

test('every topic is listed in docs/operations.md', () => {
  const text = textOf('docs/operations.md');
  expect(Object.values(TOPICS).map(({ name }) => name).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

test('every file of docs is reached from the README, directly or in two steps', () => {
  const reached = new Set<string>();
  const follow = (path: string, depth: number): void => {
    if (reached.has(path) || depth > 3 || !existsSync(join(ROOT, path)) || !path.endsWith('.md')) return;
    reached.add(path);
    for (const [, link] of textOf(path).matchAll(/\]\((?!https?:)([^)#\s]+)/g)) follow(join(dirname(path), link as string), depth + 1);
  };
  follow('README.md', 0);
  const pages = files.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path));
  expect(pages.filter((path) => !reached.has(path))).toEqual([]);
});

test('every test that docs/robustness.md names is there', () => {
  const named = [...textOf('docs/robustness.md').matchAll(/`([^`]+\.test\.ts)`: "(.+?)"(?=[;| ]|$)/gm)].map(([, file, title]) => ({ file: file as string, title: title as string }));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ file, title }) => !textOf(file).includes(title))).toEqual([]);
});

test('every decision is listed exactly once in docs/decisions/README.md, by its number', () => {
  const pages = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => name !== 'README.md');
  const listed = [...textOf('docs/decisions/README.md').matchAll(/^\| \[(\d{4})\]\(([^)]+)\) \| \S/gm)].map(([, number, page]) => ({ number, page: page as string }));
  expect(listed.map(({ page }) => page).sort()).toEqual(pages.sort());
  expect(listed.filter(({ number, page }) => !page.startsWith(`${number}-`))).toEqual([]);
  expect(pages.map((page) => page.slice(0, 4)).filter((number, index, all) => all.indexOf(number) !== index)).toEqual([]);
});

test('a decision that the index calls amended or extended links to what amended it', () => {
  const rows = [...textOf('docs/decisions/README.md').matchAll(/^\| \[\d{4}\]\(([^)]+)\) \| .*?(?:[Aa]mended|Extended) by (.+) \|$/gm)];
  const missing = rows.flatMap(([, page, numbers]) => [...(numbers as string).matchAll(/\d{4}/g)].map(([number]) => ({ page, number })).filter(({ number }) => !textOf(`docs/decisions/${page}`).includes(`[${number}](`)));
  expect(rows.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});
