import { setFlagsFromString } from 'node:v8';
import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import { runService } from '@stakewatch/runtime';
import { startHistoryWriter } from './history-writer';
import { HistorySettings } from './settings';

// Blocks live for moments, in buffers outside V8's heap: without this the heap doubles before it is looked at again.
setFlagsFromString('--heap-growing-percent=50');

void runService({ name: CONSUMER_GROUPS.historyEvents.name, settings: HistorySettings, start: startHistoryWriter });
