import type * as connections from './broker-connections';
import type { TailOptions } from './client';
import type * as logTail from './log-tail';
import type * as producer from './platformatic-producer';
import type { LogAdmin } from './port';

/**
 * What stands on @platformatic/kafka, loaded when first asked for: it takes as long to load as all else of this package, and a command
 * or a part of the local stack has no use for it.
 */
export async function createPlatformaticProducer(options: producer.IngestProducerOptions): Promise<producer.IngestProducer> {
  return (require('./platformatic-producer') as typeof producer).createPlatformaticProducer(options);
}

export async function followPartition(clientId: string, brokers: readonly string[], admin: LogAdmin, options: TailOptions, onFatal: (error: unknown) => void): Promise<logTail.Tail> {
  const { addressOf, BrokerConnections } = require('./broker-connections') as typeof connections;
  const { openTail } = require('./log-tail') as typeof logTail;
  return openTail(new BrokerConnections(clientId, brokers.map(addressOf)), admin, options, onFatal);
}
