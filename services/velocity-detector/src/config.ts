import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import { type Static, Type } from '@sinclair/typebox';

export const SERVICE = CONSUMER_GROUPS.velocityDetector.name;

/** Settings of the detector, besides those that every service has. */
export const DetectorSettings = Type.Object({
  STAKEWATCH_DETECTOR_STATE_MB: Type.Integer({ minimum: 16, maximum: 65_536, default: 192, description: 'Memory for timelines, in MiB; the least recently used beyond it are read from Redis again when needed.' }),
  STAKEWATCH_DETECTOR_FETCH_KB: Type.Integer({ minimum: 16, maximum: 65_536, default: 256, description: 'Kilobytes of a partition fetched at a time.' }),
  STAKEWATCH_DETECTOR_UNSAVED_EVENTS: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 65_536, description: 'Events or signals of a partition that may be worked before their states are saved; states are saved earlier when 8,192 have changed, and after a second at the end of the log. After a crash they are worked, and what they gave is published, again.' }),
  STAKEWATCH_DETECTOR_REBUILD_DAYS: Type.Integer({ minimum: 1, maximum: 3_650, default: 32, description: 'How many days of the log are read again when the state of a partition was lost; the longest window (30 days) and the lateness allowed (1 day) need 31.' }),
});
export type DetectorSettings = Static<typeof DetectorSettings>;
