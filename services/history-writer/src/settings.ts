import { Type } from '@sinclair/typebox';

export const HistorySettings = Type.Object({
  STAKEWATCH_HISTORY_BLOCK_ROWS: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 100_000, description: 'Most rows of one block.' }),
  STAKEWATCH_HISTORY_BLOCK_MB: Type.Integer({ minimum: 1, maximum: 256, default: 12, description: 'Most megabytes of one block (about 50,000 events).' }),
  STAKEWATCH_HISTORY_IN_WORK_MB: Type.Integer({ minimum: 1, maximum: 1_024, default: 24, description: 'Most megabytes of blocks in work at once.' }),
  STAKEWATCH_HISTORY_FILTER_MB: Type.Integer({ minimum: 1, maximum: 4_096, default: 32, description: "Size of the events' duplicate filter; 12 bits an event keep it exact enough (32 MB: 22 million events)." }),
  STAKEWATCH_HISTORY_LINGER_MS: Type.Integer({ minimum: 1, maximum: 10_000, default: 100, description: 'How long a fetch gathers records when few come.' }),
});
