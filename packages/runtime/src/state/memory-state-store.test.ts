import { stateStoreSuite } from '@stakewatch/testing';
import { MemoryStateStore } from './memory-state-store';

stateStoreSuite('memory', async () => ({ store: new MemoryStateStore(), close: async () => undefined }));
