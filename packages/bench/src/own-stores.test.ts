import { OwnStores } from './own-stores';

test('a stack that is named is measured on as it is', () => {
  const environment = { STAKEWATCH_HOME: '/tmp/mine', STAKEWATCH_PORT_BASE: '9900' };
  expect(OwnStores.unlessGiven(environment)).toBeNull();
  expect(environment).toEqual({ STAKEWATCH_HOME: '/tmp/mine', STAKEWATCH_PORT_BASE: '9900' });
});

test('otherwise the bench has stores of its own, apart from the stack of the checkout', () => {
  const environment: NodeJS.ProcessEnv = {};
  expect(OwnStores.unlessGiven(environment)).not.toBeNull();
  expect(environment).toEqual({ STAKEWATCH_HOME: '.stakewatch/bench', STAKEWATCH_PORT_BASE: '8800' });
});
