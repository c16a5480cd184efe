import { askForCoordinatorsAgain, clusterClass } from './kafkajs-coordinator';

/** kafkajs' own repeating: gives up at once what says of itself that repeating is of no use. */
const createRetry = require('kafkajs/src/retry') as (options: object) => unknown;

interface Finder {
  findGroupCoordinator(of: { groupId: string }): Promise<object>;
}

askForCoordinatorsAgain();

test('a broker that closes the connection on which it is asked for a coordinator is asked again', async () => {
  const coordinator = { nodeId: 1 };
  let asked = 0;
  let refreshed = 0;
  const withBroker = async (ask: (at: object) => Promise<object>): Promise<object | null> => {
    const findGroupCoordinator = async () => {
      asked += 1;
      if (asked === 1) throw Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError', retriable: false });
      return { host: 'kafka', coordinator };
    };
    // As kafkajs' pool does: a broker that fails is passed over, and null is what none could tell.
    return ask({ nodeId: '1', broker: { findGroupCoordinator } }).catch(() => null);
  };
  const cluster = Object.assign(Object.create(clusterClass().prototype) as Finder, {
    brokerPool: { withBroker },
    retrier: createRetry({ initialRetryTime: 1, maxRetryTime: 1, retries: 3 }),
    logger: { debug: () => undefined },
    refreshMetadata: async () => void (refreshed += 1),
    findBroker: async ({ nodeId }: { nodeId: number }) => ({ nodeId }),
  });
  await expect(cluster.findGroupCoordinator({ groupId: 'test' })).resolves.toEqual({ nodeId: 1 });
  expect({ asked, refreshed }).toEqual({ asked: 2, refreshed: 1 });
});
