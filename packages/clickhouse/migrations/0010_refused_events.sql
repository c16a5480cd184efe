-- Which events a service refused in a range that it says it has decided on (docs/decisions/0147-letters-say-whose-signals.md).

ALTER TABLE processing_progress ADD COLUMN IF NOT EXISTS refused Array(String) COMMENT 'Uuids of events that a record in the range is of, or holds signals of, which the service put on the dead letter topic: their status waits for that letter.' CODEC(ZSTD) AFTER sources;

ALTER TABLE processing_progress ADD INDEX IF NOT EXISTS processing_progress_refused refused TYPE bloom_filter(0.001) GRANULARITY 1;
