/** What was last published of one alert: enough to tell whether late evidence changes it, and to number the next revision. */
export interface PublishedAlert {
  readonly ruleId: string;
  readonly mode: string;
  /** Session of a session rule; '' otherwise (the subject is the timeline's own). */
  readonly session: string;
  readonly currency: string;
  readonly windowStart: number;
  readonly revision: number;
  readonly open: boolean;
  /** The triggering event. */
  readonly eventTimestamp: number;
  readonly eventUuid: string;
  /** Of the content; see contentFingerprint. */
  readonly fingerprint: number;
}

export const publishedKey = (ruleId: string, mode: string, session: string, currency: string, windowStart: number): string =>
  `${ruleId}\u0000${mode}\u0000${session}\u0000${currency}\u0000${windowStart}`;

/** Alerts of one subject, by what identifies them. */
export class PublishedAlerts {
  /** Made with the first: most subjects never have one. */
  private byKey: Map<string, PublishedAlert> | null = null;

  get size(): number {
    return this.byKey?.size ?? 0;
  }

  get(key: string): PublishedAlert | undefined {
    return this.byKey?.get(key);
  }

  set(alert: PublishedAlert): void {
    this.byKey ??= new Map();
    this.byKey.set(publishedKey(alert.ruleId, alert.mode, alert.session, alert.currency, alert.windowStart), alert);
  }

  values(): Iterable<PublishedAlert> {
    return this.byKey?.values() ?? [];
  }

  /** Forgets alerts that no event within lateness can touch any more. */
  prune(before: number): void {
    for (const [key, alert] of this.byKey ?? []) if (alert.eventTimestamp < before) this.byKey?.delete(key);
  }
}
