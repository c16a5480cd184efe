/** The versions that docker-compose.yml runs; a test compares. */
export const IMAGES = {
  kafka: 'apache/kafka:4.1.2',
  schemaRegistry: 'confluentinc/cp-schema-registry:7.9.1',
  redis: 'redis:7.4',
  clickhouse: 'clickhouse/clickhouse-server:25.8',
} as const;
