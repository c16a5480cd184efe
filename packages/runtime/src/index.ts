export { createAvroCodec, type SchemaIds } from './codec/avro-codec';
export { AvroCursor, FewTexts } from './codec/avro-cursor';
export { AvroWriter, LONGEST_LONG } from './codec/avro-writer';
export { FRAME_BYTES, schemaIdOf, writeFrame } from './codec/frame';
export { createMemorySchemaIds } from './codec/memory-schema-ids';
export type { AvroCodec, AvroValues } from './codec/port';
export { createRegistrySchemaIds } from './codec/registry-schema-ids';
export { createDeadLetters, DEAD_LETTER_HEADERS, type DeadLetters, deadLetterOf, leadingUuid } from './consumer/dead-letters';
export { type BatchRange, type FoldContext, type Stage, type States, Unreadable } from './consumer/stage';
export { keyedStates, StateCache } from './consumer/state-cache';
export { hourOf, isKeptLongEnough, NO_STATES, type OwnedStates, StateBudget } from './consumer/owned-states';
export { statefulHandler, type StatefulObserver, type StatefulOptions } from './consumer/stateful-handler';
export { type CommitMark, readMark, textOfMark } from './consumer/commit-mark';
export { publishedUntil } from './consumer/published-until';
export { progressRecord } from './consumer/progress-record';
export type { ControlTable } from './control/control-table';
export type { ConsumeOptions, ConsumerHooks, LogClient, TailOptions } from './log/client';
export { createKafkaClient } from './log/kafka-client';
export { groupLag, type GroupOfTopics } from './log/group-lag';
export { type BytesPlace, placeOfValue, schemaIdIn } from './log/record-set';
export { openToolLog } from './log/tool-log';
export { MemoryLog } from './log/memory-log';
export { murmur2, partitionOf } from './log/murmur2';
export { createPlatformaticProducer } from './log/on-platformatic';
export type { IngestProducer, IngestProducerOptions } from './log/platformatic-producer';
export * from './log/port';
export { type DecisionReply, REQUEST_HEADERS, replyTo } from './request/reply';
export { createRequestClient, type DecisionRequest, type RequestClient, type RequestObserver, RequestTimeout, TooManyRequests } from './request/request-client';
export { WHILE_CALLERS_WAIT } from './request/while-callers-wait';
export { statefulObserver } from './service/consumer-metrics';
export { healthApp } from './service/http-server';
export { endOn } from './service/ending';
export { createLogger } from './service/logger';
export { METRICS, Metrics, Tally } from './service/metrics';
export { type RunningService, runService, type ServiceContext, type ServiceDefinition } from './service/run-service';
export { BaseSettings, InvalidSettings, readSettings } from './service/settings';
export { MemoryStateStore } from './state/memory-state-store';
export { PackedWrites } from './state/packed-writes';
export type { OpenedPartition, PartitionName, PartitionSave, StateStore, StateWrite } from './state/port';
export { asRedisError, guarded } from './state/redis-errors';
export { createRedis, notConnected } from './state/redis-client';
export { createRedisStateStore } from './state/redis-state-store';

/**
 * Names are read from this object at each use of them elsewhere, the hottest too. As tsc makes it (each name first a value, then a
 * getter) V8 keeps it as a dictionary: 10 ns a look-up. An object that is a prototype of another's it makes quick again: below 1 ns.
 */
Object.create(exports);
