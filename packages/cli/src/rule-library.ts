import { ruleLibraryOf } from '@stakewatch/control';
import { BUILT_IN_RULES } from '@stakewatch/velocity-detector';

/** The built-in library, as the detector of this version runs it. */
export const ruleLibrary = ruleLibraryOf(BUILT_IN_RULES);
