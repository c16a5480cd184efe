/** What is used here of kafkajs 2.2.4's src/cluster. */
export interface Cluster {
  findGroupCoordinatorMetadata(of: object): Promise<object>;
}

let done = false;

/**
 * A broker that shuts down can close the connection on which kafkajs asks it for the coordinator of a group. kafkajs calls that an error
 * for ever (KafkaJSGroupCoordinatorNotFound), which ends the consumer and with it the process, where it should ask again. As an unknown
 * broker, whose address has to be learnt, it is what its caller (findGroupCoordinator) repeats.
 */
export function askForCoordinatorsAgain(): void {
  if (done) return;
  done = true;
  const { prototype } = clusterClass();
  const find = prototype.findGroupCoordinatorMetadata;
  prototype.findGroupCoordinatorMetadata = async function (this: Cluster, of: object): Promise<object> {
    try {
      return await find.call(this, of);
    } catch (error) {
      const { name, message } = error as Error;
      throw name === 'KafkaJSGroupCoordinatorNotFound' ? new (brokerNotFoundClass())(message) : error;
    }
  };
}

/** Not part of what kafkajs exports; its version is pinned, and the test of this file uses the real one. */
export function clusterClass(): { readonly prototype: Cluster } {
  return require('kafkajs/src/cluster') as ReturnType<typeof clusterClass>;
}

function brokerNotFoundClass(): new (message: string) => Error {
  return (require('kafkajs/src/errors') as { KafkaJSBrokerNotFound: ReturnType<typeof brokerNotFoundClass> }).KafkaJSBrokerNotFound;
}
