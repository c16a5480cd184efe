import type { StackFile } from '@stakewatch/contracts';
import { Session, unfitTeller } from './session';
import type { SettingsSource } from './settings';

test('records that do not fit are told, but no more of a topic than leave the answer in sight', () => {
  const told: string[] = [];
  const tell = unfitTeller((text) => told.push(text));
  for (let offset = 0; offset < 100; offset += 1) tell({ topic: 'control.rules.v1', offset }, 'not JSON');
  tell({ topic: 'control.lists.v1', offset: 7 }, 'not JSON');
  expect(told).toHaveLength(7);
  expect(told[0]).toBe('the record at offset 0 of control.rules.v1 is left out: not JSON');
  expect(told[5]).toMatch(/^more records of control\.rules\.v1 are left out/);
  expect(told[6]).toContain('control.lists.v1');
});

test('a company that the local stack has no key of is told with those it has', () => {
  const settings = { stack: { companies: [{ id: 'acme' }, { id: 'globex' }] } as unknown as StackFile, company: () => undefined } as unknown as SettingsSource;
  expect(() => new Session(settings, {}, () => undefined).apiKey('demo')).toThrow('No local stack has a key of company demo. This one has keys of acme, globex.');
});
