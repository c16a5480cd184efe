import { setFlagsFromString } from 'node:v8';
import { runService } from '@stakewatch/runtime';
import { startHistoryWriter } from './history-writer';
import { HistorySettings } from './settings';

// Blocks live for moments, in buffers outside V8's heap: without this the heap doubles before it is looked at again.
setFlagsFromString('--heap-growing-percent=50');

void runService({ name: 'history-writer', settings: HistorySettings, start: startHistoryWriter });
