import { Connection, metadataV12 } from '@platformatic/kafka';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** Of `host:port`. */
export function addressOf(broker: string): BrokerAddress {
  const colon = broker.lastIndexOf(':');
  return { host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) };
}

const CONNECT_TIMEOUT_MS = 3_000;
/** The adapter bounds requests in flight itself. */
const NO_LIMIT = 1_000;

/** Connections to the brokers, one each, made when needed and dropped when they fail; and the cluster's metadata. */
export class BrokerConnections {
  private readonly open = new Map<string, Promise<Connection>>();
  private brokers = new Map<number, BrokerAddress>();

  constructor(
    private readonly clientId: string,
    private readonly bootstrap: readonly BrokerAddress[],
  ) {}

  /** Connection to a broker of the newest metadata. */
  async to(nodeId: number): Promise<Connection> {
    const address = this.brokers.get(nodeId);
    if (!address) throw new Error(`broker ${nodeId} is not known`);
    return this.connectTo(address);
  }

  /** Leaders of each partition of `topic`, from the first broker that answers. -1: no leader right now. */
  async leadersOf(topic: string): Promise<readonly number[]> {
    let last: unknown = new Error('no broker to ask');
    for (const address of [...this.brokers.values(), ...this.bootstrap]) {
      try {
        const answer = await this.metadata(await this.connectTo(address), topic);
        this.brokers = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
        const partitions = answer.topics[0]?.partitions ?? [];
        if (partitions.length === 0) throw new Error(`topic ${topic} has no partitions`);
        const leaders = new Array<number>(partitions.length).fill(-1);
        for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
        return leaders;
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  drop(connection: Connection): void {
    for (const [key, made] of this.open) void made.then((found) => found === connection && this.open.delete(key), () => undefined);
    connection.socket.destroy();
  }

  async close(): Promise<void> {
    const made = [...this.open.values()];
    this.open.clear();
    await Promise.allSettled(made.map(async (connection) => (await connection).close()));
  }

  protected connectTo(address: BrokerAddress): Promise<Connection> {
    const key = `${address.host}:${address.port}`;
    let made = this.open.get(key);
    if (!made) {
      this.open.set(key, (made = this.make(address)));
      const forget = () => void (this.open.get(key) === made && this.open.delete(key));
      made.then((connection) => connection.once('close', forget), forget);
    }
    return made;
  }

  private async make({ host, port }: BrokerAddress): Promise<Connection> {
    const connection = new Connection(this.clientId, { connectTimeout: CONNECT_TIMEOUT_MS, maxInflights: NO_LIMIT });
    // Errors reach those who wait through their callbacks; without a listener the emitter would end the process.
    connection.on('error', () => undefined);
    await connection.connect(host, port);
    return connection;
  }

  private metadata(connection: Connection, topic: string): Promise<metadataV12.MetadataResponse> {
    const asked = metadataV12.api.async(connection, [topic], false, false);
    const timer = setTimeout(() => this.drop(connection), CONNECT_TIMEOUT_MS);
    return asked.finally(() => clearTimeout(timer));
  }
}
