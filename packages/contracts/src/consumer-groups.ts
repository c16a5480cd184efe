import { TOPICS } from './topics';

/** Consumer groups, declared once: name, and the topics whose lag says whether its service is behind. */
export const CONSUMER_GROUPS = {
  velocityDetector: { name: 'velocity-detector', topics: [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name] },
  alertDispatcher: { name: 'alert-dispatcher', topics: [TOPICS.alerts.name, TOPICS.webhookResends.name] },
  transactionMonitor: { name: 'transaction-monitor', topics: [TOPICS.transactions.name] },
  bonusScorer: { name: 'bonus-scorer', topics: [TOPICS.bonusChanges.name] },
  /** Repacks what betting events say for the scorer. */
  bonusActivity: { name: 'bonus-scorer-activity', topics: [TOPICS.bettingEvents.name] },
  historyEvents: { name: 'history-writer', topics: [TOPICS.bettingEvents.name] },
  /** Every topic but the events'. */
  historyRecords: { name: 'history-writer-records', topics: [TOPICS.alerts.name, TOPICS.decisions.name, TOPICS.processingProgress.name, TOPICS.webhookAttempts.name, TOPICS.labels.name] },
} as const satisfies Record<string, { readonly name: string; readonly topics: readonly string[] }>;
