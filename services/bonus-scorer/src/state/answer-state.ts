import type { StateWrite } from '@stakewatch/runtime';

const DAY_MS = 86_400_000;
/** How long the first answer to a transaction is remembered; after that it stands in ClickHouse alone. */
export const ANSWER_KEPT_MS = 400 * DAY_MS;

/** The answer a transaction got, word for word. */
export class AnswerState {
  private isFresh = false;

  constructor(private json: string | null) {}

  get text(): string | null {
    return this.json;
  }

  keep(json: string): void {
    this.json = json;
    this.isFresh = true;
  }

  takeWrite(key: string): StateWrite | null {
    if (!this.isFresh || this.json === null) return null;
    this.isFresh = false;
    return { key, op: 'set', bytes: Buffer.from(this.json), ttlMs: ANSWER_KEPT_MS };
  }

  get bytes(): number {
    return 200 + 2 * (this.json?.length ?? 0);
  }
}

export const answerKey = (companyId: string, changeId: string): string => `answer|${companyId}|${changeId}`;
