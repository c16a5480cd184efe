import { standing } from './join';

const process = (name: string, state: string) => ({ name, state, pid: 1, restarts: 0, notReady: null });

describe('a stack that runs already, to who asks for parts', () => {
  test.each([
    ['all of them ready', [process('kafka', 'ready'), process('redis', 'ready')], 'ready'],
    ['one on its way', [process('kafka', 'starting'), process('redis', 'ready')], 'starting'],
    ['one that comes back', [process('kafka', 'ready'), process('redis', 'restarting')], 'starting'],
    ['one that ends', [process('kafka', 'ready'), process('redis', 'stopping')], 'ending'],
    ['one that was not started with it', [process('redis', 'ready')], { missing: ['kafka'] }],
    ['one that was not started with it, while it ends', [process('redis', 'stopping')], 'ending'],
  ])('%s', (_name, processes, expected) => {
    expect(standing({ processes }, ['kafka', 'redis'])).toEqual(expected);
  });

  test('parts beyond these do not matter, unless they are not ready', () => {
    expect(standing({ processes: [process('kafka', 'ready'), process('redis', 'ready')] }, ['redis'])).toBe('ready');
  });
});
