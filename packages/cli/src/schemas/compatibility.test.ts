import { problemsOf } from './compatibility';

const record = (...fields: object[]) => JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'a', type: 'string' }, ...fields] });
const released = new Map([['1', record()]]);

test('a new field with a default goes both ways', () => {
  expect(problemsOf('r', record({ name: 'b', type: ['null', 'string'], default: null }), released)).toEqual([]);
});

test('a new field without a default cannot read what was written', () => {
  expect(problemsOf('r', record({ name: 'b', type: 'string' }), released)).toMatchObject([{ schema: 'r', version: '1', direction: 'backward' }]);
});

test('a field that went away is missed by the old readers', () => {
  const before = new Map([['1', record({ name: 'b', type: 'string' })]]);
  expect(problemsOf('r', record(), before)).toMatchObject([{ direction: 'forward' }]);
});

test('another type breaks both ways', () => {
  const now = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'a', type: 'long' }] });
  expect(problemsOf('r', now, released).map(({ direction }) => direction)).toEqual(['backward', 'forward']);
});
