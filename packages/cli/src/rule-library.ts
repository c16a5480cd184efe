import { ruleLibraryOf } from '@stakewatch/control';

export const ruleLibrary = ruleLibraryOf([]);
