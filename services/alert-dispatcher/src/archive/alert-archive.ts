import type { Alert } from '@stakewatch/contracts';

/** Alerts as history has them. */
export interface AlertArchive {
  /** A revision of a company's alert, the newest when `revision` is null; null when there is none. @throws {Retriable} */
  find(companyId: string, alertId: string, revision: number | null): Promise<Alert | null>;
}
