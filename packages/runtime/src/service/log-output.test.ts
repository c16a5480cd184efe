import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { logOutput } from './log-output';
import { createLogger } from './logger';

const folder = testFolder();
const lost = jest.fn();
let file: number;

afterEach(() => {
  closeSync(file);
  lost.mockClear();
});

test('each line is written at once, in order', () => {
  const path = join(folder.fresh(), 'log');
  file = openSync(path, 'w');
  const logger = createLogger('test', 'info', logOutput(lost, file));
  logger.info('one');
  logger.fatal('two');
  expect(readFileSync(path, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['one', 'two']);
  expect(lost).not.toHaveBeenCalled();
});

test('on a full disk lines are lost and counted, fatal ones too, and the process goes on', () => {
  file = openSync('/dev/full', 'w');
  const logger = createLogger('test', 'info', logOutput(lost, file));
  logger.info('one');
  logger.fatal('two');
  expect(lost).toHaveBeenCalledTimes(2);
});
