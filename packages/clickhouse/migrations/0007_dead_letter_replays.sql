-- Which dead letters were put back into their topics, and where (docs/decisions/0136-replays-are-marked.md).

CREATE TABLE IF NOT EXISTS dead_letter_replays (
  topic LowCardinality(String) COMMENT 'Topic that the dead record had been read from, and was published to again.',
  partition UInt32 COMMENT 'Partition that it stood in.',
  offset UInt64 COMMENT 'Offset that it stood at. With topic and partition it names the letters in dead_letters that this replay answers.',
  uuid Nullable(UUID) COMMENT 'Uuid of the event or alert, where the record begins with one.',
  replayed_at DateTime64(3, 'UTC') COMMENT 'When it was published again, in milliseconds UTC.',
  replayed_partition UInt32 COMMENT 'Partition that it was published to.',
  replayed_before UInt64 COMMENT 'It stands before this offset there: whoever has read so far has seen it again.',
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from (of the dead letter topic).',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.' CODEC(Delta, ZSTD),
  written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.' CODEC(Delta, ZSTD),
  INDEX dead_letter_replays_uuid uuid TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(replayed_at)
ORDER BY (topic, partition, offset, replayed_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Dead letters that were put back into their topics, a row for each time. A letter whose topic, partition and offset stand here is answered.';
