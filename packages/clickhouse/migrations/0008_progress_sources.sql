-- Which events' signals the velocity detector's second stage has seen (docs/decisions/0139-signals-say-whose-they-are.md).

ALTER TABLE processing_progress ADD COLUMN IF NOT EXISTS sources Array(Tuple(partition UInt32, from_offset Int64, to_offset Int64)) COMMENT 'For velocity.signals.v1: ranges of betting.events.v1, inclusive, of which all signals for this partition were decided on. Empty, or from_offset -1: a detector from before this column, see source_time.' AFTER handed_to;

ALTER TABLE processing_progress COMMENT COLUMN IF EXISTS source_time 'For velocity.signals.v1: the greatest source_time in the range. An event handed on by a detector from before sources was seen when this is at least its processed_at.';

ALTER TABLE processing_progress COMMENT COLUMN IF EXISTS handed_to 'Partitions of velocity.signals.v1 that signals of the range went to: an event counts as processed when sources of each of them holds its offset.';

ALTER TABLE processing_progress ADD INDEX IF NOT EXISTS processing_progress_processed processed_at TYPE minmax GRANULARITY 1;
