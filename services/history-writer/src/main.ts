import { runService } from '@stakewatch/runtime';
import { startHistoryWriter } from './history-writer';
import { HistorySettings } from './settings';

void runService({ name: 'history-writer', settings: HistorySettings, start: startHistoryWriter });
