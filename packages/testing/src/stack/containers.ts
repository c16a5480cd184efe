import { GenericContainer, Network, type StartedTestContainer, Wait } from 'testcontainers';
import { IMAGES } from './images';
import type { TestStack } from './provider';

const CLICKHOUSE = { user: 'stakewatch', password: 'stakewatch', database: 'stakewatch' };
/** The broker must know the port that it is reached by from outside before it starts. */
const KAFKA_HOST_PORT = 29_092;

/** Real images on a network of their own. Needs a Docker daemon. */
export async function containerStack(): Promise<TestStack> {
  const network = await new Network().start();
  const started: StartedTestContainer[] = [];
  const start = async (container: GenericContainer): Promise<StartedTestContainer> => {
    const running = await container.withNetwork(network).start();
    started.push(running);
    return running;
  };
  await start(kafkaContainer());
  const [registry, redis, clickhouse] = await Promise.all([start(registryContainer()), start(redisContainer()), start(clickhouseContainer())]);
  return {
    kafka: `127.0.0.1:${KAFKA_HOST_PORT}`,
    schemaRegistry: urlOf(registry as StartedTestContainer, 8081),
    redis: `redis://${(redis as StartedTestContainer).getHost()}:${(redis as StartedTestContainer).getMappedPort(6379)}`,
    clickhouse: { url: urlOf(clickhouse as StartedTestContainer, 8123), ...CLICKHOUSE },
    async close() {
      for (const container of started.reverse()) await container.stop();
      await network.stop();
    },
  };
}

const urlOf = (container: StartedTestContainer, port: number): string => `http://${container.getHost()}:${container.getMappedPort(port)}`;

function kafkaContainer(): GenericContainer {
  return new GenericContainer(IMAGES.kafka)
    .withNetworkAliases('kafka')
    .withExposedPorts({ container: KAFKA_HOST_PORT, host: KAFKA_HOST_PORT })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: `INTERNAL://:9092,EXTERNAL://:${KAFKA_HOST_PORT},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `INTERNAL://kafka:9092,EXTERNAL://127.0.0.1:${KAFKA_HOST_PORT}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/));
}

function registryContainer(): GenericContainer {
  return new GenericContainer(IMAGES.schemaRegistry)
    .withExposedPorts(8081)
    .withEnvironment({ SCHEMA_REGISTRY_HOST_NAME: 'schema-registry', SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: 'kafka:9092' })
    .withWaitStrategy(Wait.forHttp('/subjects', 8081));
}

function redisContainer(): GenericContainer {
  return new GenericContainer(IMAGES.redis).withExposedPorts(6379).withCommand(['redis-server', '--appendonly', 'yes']).withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/));
}

function clickhouseContainer(): GenericContainer {
  return new GenericContainer(IMAGES.clickhouse)
    .withExposedPorts(8123)
    .withEnvironment({ CLICKHOUSE_USER: CLICKHOUSE.user, CLICKHOUSE_PASSWORD: CLICKHOUSE.password, CLICKHOUSE_DB: CLICKHOUSE.database, CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1' })
    .withWaitStrategy(Wait.forHttp('/ping', 8123));
}
