-- Which events a dead letter holds the signals of, and where a replayed record stands (docs/decisions/0147-letters-say-whose-signals.md).

ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS event_uuids Array(UUID) COMMENT 'Of velocity.signals.v1 and bonus.changes.v1: uuids of the events whose signals the record holds. Empty where it cannot be read.' AFTER uuid;

ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS sources Array(Tuple(partition UInt32, from_offset Int64, to_offset Int64)) COMMENT 'Of velocity.signals.v1: the range of betting.events.v1, inclusive, of which the record holds all signals for its partition.' AFTER event_uuids;

ALTER TABLE dead_letters ADD INDEX IF NOT EXISTS dead_letters_event_uuids event_uuids TYPE bloom_filter(0.001) GRANULARITY 1;

ALTER TABLE dead_letter_replays ADD COLUMN IF NOT EXISTS replayed_from Nullable(UInt64) COMMENT 'It stands there at this offset or after it; null: replayed by a command line of an older version.' AFTER replayed_partition;

ALTER TABLE processing_progress COMMENT COLUMN IF EXISTS sources 'For velocity.signals.v1: ranges of betting.events.v1, inclusive, of which all signals for this partition were decided on; empty, or from_offset -1: a detector from before this column, see source_time. For bonus.changes.v1: where dead records stood that were replayed, and were decided on then.';
