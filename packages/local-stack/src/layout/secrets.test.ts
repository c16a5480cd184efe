import { statSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { keepCompany, loadOrCreateSecrets, readCompanies } from './secrets';

const folder = testFolder();
const path = () => join(folder.fresh(), 'state', 'secrets.json');

describe('secrets', () => {
  test('are made once, found again, and readable by their owner alone', () => {
    const file = path();
    const made = loadOrCreateSecrets(file);
    expect(made.pepper.length).toBeGreaterThanOrEqual(32);
    expect(loadOrCreateSecrets(file)).toEqual(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('differ from stack to stack', () => {
    expect(loadOrCreateSecrets(path()).pepper).not.toBe(loadOrCreateSecrets(path()).pepper);
  });

  test('keep companies that were added, each once', () => {
    const file = path();
    const company = { id: 'acme', name: 'Acme', plan: 'standard', apiKey: 'k', webhookSecret: 's' } as const;
    const secrets = loadOrCreateSecrets(file);
    keepCompany(file, { ...company, apiKey: 'an older one' });
    keepCompany(file, company);
    expect(readCompanies(file)).toEqual([company]);
    expect(loadOrCreateSecrets(file)).toEqual(secrets);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
