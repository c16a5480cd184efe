import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { AlreadyRunning, livingOwner, lockOwner, takeLock } from './lock';
import { identityOf, isAlive } from './process-identity';

const folder = testFolder();
const path = () => join(folder.fresh(), 'supervisor.lock');

describe('the lock of a state folder', () => {
  test('names its owner, keeps others out, and goes when released', () => {
    const lock = path();
    const release = takeLock(lock);
    expect(lockOwner(lock)).toEqual(identityOf(process.pid));
    expect(() => takeLock(lock)).toThrow(AlreadyRunning);
    release();
    expect(existsSync(lock)).toBe(false);
    takeLock(lock)();
  });

  test('a pid that now belongs to another process does not hold it', () => {
    const lock = path();
    writeFileSync(lock, JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
    const release = takeLock(lock);
    expect(lockOwner(lock)).toEqual(identityOf(process.pid));
    release();
  });

  test('one that a crash of the machine cut off is nobody\'s', () => {
    const lock = path();
    writeFileSync(lock, '');
    expect(livingOwner(lock)).toBeNull();
    const release = takeLock(lock);
    expect(livingOwner(lock)).toEqual(identityOf(process.pid));
    release();
    expect(readdirSync(dirname(lock))).toEqual([]);
  });
});

test('a process is told from a later one of the same pid', () => {
  const me = identityOf(process.pid);
  expect(me && isAlive(me)).toBe(true);
  expect(isAlive({ pid: process.pid, startedAt: '1' })).toBe(false);
});
