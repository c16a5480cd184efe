export { encodeContainer, containerForm } from './avro/container';
export { ByteBudget } from './block/byte-budget';
export { PartitionWriter } from './block/partition-writer';
export { AvroWriter } from './table/avro-writer';
export { createClickHouseStore } from './table/clickhouse-store';
export { DeadLetterWriter } from './table/dead-letter-writer';
export { IdentityFilter } from './table/identity-filter';
export { EVENTS, RECORDS } from './table/targets';
