import type { ProcessStatus } from '../supervisor/status-server';
import { standing } from './join';

const process = (name: string, state: ProcessStatus['state']) => ({ name, state, pid: 1, restarts: 0, notReady: null });
const topics = (state: 'to do' | 'done') => [{ name: 'topics', state }];
const asked = [{ name: 'kafka', kind: 'process', needs: [] }, { name: 'redis', kind: 'process', needs: [] }, { name: 'topics', kind: 'task', needs: ['kafka'] }] as const;

describe('a stack that runs already, to who asks for parts', () => {
  test.each([
    ['all of them ready', [process('kafka', 'ready'), process('redis', 'ready')], topics('done'), 'ready'],
    ['one on its way', [process('kafka', 'starting'), process('redis', 'ready')], topics('done'), 'starting'],
    ['one that hangs', [process('kafka', 'not ready'), process('redis', 'ready')], topics('done'), 'starting'],
    ['one that comes back', [process('kafka', 'ready'), process('redis', 'restarting')], topics('done'), 'starting'],
    ['a task that is not done yet', [process('kafka', 'ready'), process('redis', 'ready')], topics('to do'), 'starting'],
    ['one that ends', [process('kafka', 'ready'), process('redis', 'stopping')], topics('done'), 'ending'],
    ['one that was not started with it', [process('redis', 'ready')], [], { missing: ['kafka', 'topics'] }],
    ['a task that did not come to its end', [process('kafka', 'ready'), process('redis', 'ready')], [], { missing: ['topics'] }],
    ['one that was not started with it, while it ends', [process('redis', 'stopping')], [], 'ending'],
  ])('%s', (_name, processes, tasks, expected) => {
    expect(standing({ processes, tasks }, asked)).toEqual(expected);
  });

  test('parts beyond these do not matter, unless they are not ready', () => {
    expect(standing({ processes: [process('kafka', 'ready'), process('redis', 'ready')], tasks: [] }, [asked[1]])).toBe('ready');
  });
});
