import type { StatefulObserver } from '@stakewatch/runtime';
import type { DetectorObserver } from '@stakewatch/velocity-detector';

/** Observers of processes that die: nobody looks at what they would tell. */
export const silent: StatefulObserver = { onStateLost: () => undefined, onFoldFailed: () => undefined, onPhase: () => undefined, onResident: () => undefined };
export const silentDetector: DetectorObserver = { onFolded: () => undefined, onAlert: () => undefined, onDropped: () => undefined, onRuleFailed: () => undefined };
