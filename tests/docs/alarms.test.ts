import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '@stakewatch/runtime';
import { parse } from 'yaml';
import { anchorsOf, ROOT } from './markdown';

interface Alarm {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const FILE = 'deploy/prometheus-alerts.yml';
const { groups } = parse(readFileSync(join(ROOT, FILE), 'utf8')) as { groups: readonly { rules: readonly Alarm[] }[] };
const alarms = groups.flatMap(({ rules }) => rules);
const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
/** Of prom-client, with our label. */
const OF_PROCESS = ['process_start_time_seconds'];
/** Every process has it on every metric. */
const OF_ALL = ['service'];

/** Metrics of an expression, with the labels by which it selects. */
function selected(expr: string) {
  return [...expr.matchAll(/\b(stakewatch_[a-z_]+|process_[a-z_]+)(?:\{([^}]*)\})?/g)].map(([, name = '', by = '']) => ({ name, labels: [...by.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label as string) }));
}

const labelsOf = (name: string): readonly string[] => [...OF_ALL, ...((METRICS as Readonly<Record<string, { readonly labels: readonly string[] }>>)[name]?.labels ?? [])];

test.each(alarms.map((alarm) => [alarm.alert, alarm] as const))('%s asks for metrics and labels that there are, and its runbook is there', (_name, { expr, annotations, for: wait }) => {
  const metrics = selected(expr);
  expect(metrics).not.toEqual([]);
  for (const { name, labels } of metrics) {
    expect([...Object.keys(METRICS), ...OF_PROCESS]).toContain(name);
    expect(labels.filter((label) => !labelsOf(name).includes(label))).toEqual([]);
    for (const [, grouped = ''] of expr.matchAll(/\bby \(([^)]*)\)/g)) expect(grouped.split(', ').filter((label) => !labelsOf(name).includes(label))).toEqual([]);
  }
  for (const [, label = ''] of annotations.summary.matchAll(/\$labels\.([a-z_]+)/g)) expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b|\\{${label}=`));
  const [file, anchor = ''] = annotations.runbook.split('#');
  expect(file).toBe('docs/operations.md');
  expect([...anchorsOf(operations)]).toContain(anchor);
  expect(wait ?? '1m').toMatch(/^\d+[mh]$/);
});

test('each alarm has a name of its own, and docs/operations.md lists them all', () => {
  const listed = [...operations.matchAll(/^\| `(Stakewatch[A-Za-z]+)` \|/gm)].map(([, name]) => name as string);
  expect(listed).toEqual(alarms.map(({ alert }) => alert));
  expect(new Set(listed).size).toBe(listed.length);
});

/** Of Debian's package prometheus; nothing here needs it but this test. */
const promtool = spawnSync('promtool', ['--version']).status === 0;

(promtool ? test : test.skip)('Prometheus takes the rules, and they fire when their own tests say', () => {
  execFileSync('promtool', ['check', 'rules', FILE], { cwd: ROOT, stdio: 'pipe' });
  execFileSync('promtool', ['test', 'rules', 'deploy/prometheus-alerts.test.yml'], { cwd: ROOT, stdio: 'pipe' });
});
