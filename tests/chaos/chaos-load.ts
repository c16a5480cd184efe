import type { BettingEvent } from '@stakewatch/contracts';
import { asSent } from './chaos-events';
import { pause } from './victims';

const BATCH = 100;
const LANES = 3;
const REPEATED = 0.05;

export interface ChaosLoad {
  /** Every event that got a uuid, by uuid. */
  readonly accepted: ReadonlyMap<string, BettingEvent>;
  /** Answers and connections that failed and were tried again: shows that the kills were felt. */
  readonly retries: () => number;
  stop(): Promise<void>;
}

/**
 * Sends batches until stopped, as a careful operator does: what is not answered is sent again until it is; some events are
 * sent twice on purpose, and lanes overtake each other.
 */
export function startLoad(url: string, apiKey: string, events: Iterator<BettingEvent>, random: () => number): ChaosLoad {
  const accepted = new Map<string, BettingEvent>();
  const recent: BettingEvent[] = [];
  let running = true;
  let retries = 0;

  const lane = async (): Promise<void> => {
    while (running) {
      const batch = Array.from({ length: BATCH }, () => (recent.length > 0 && random() < REPEATED ? (recent[Math.floor(random() * recent.length)] as BettingEvent) : (events.next().value as BettingEvent)));
      const answer = await untilAnswered(batch);
      answer.forEach(({ uuid, error }, index) => {
        const event = batch[index] as BettingEvent;
        if (uuid !== event.uuid) throw new Error(`event ${event.external_event_id} got ${uuid} (${error ?? 'no error'}), not ${event.uuid}`);
        accepted.set(uuid, event);
        recent[Math.floor(random() * 2000)] = event;
      });
      for (let index = 0; index < recent.length; index += 1) recent[index] ??= batch[0] as BettingEvent;
      await pause(60);
    }
  };

  const untilAnswered = async (batch: readonly BettingEvent[]): Promise<readonly { uuid: string | null; error?: string }[]> => {
    const body = JSON.stringify({ events: batch.map(asSent) });
    for (;;) {
      const response = await fetch(`${url}/api/v1/events/batch`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': apiKey }, body, signal: AbortSignal.timeout(30_000) }).catch(() => null);
      if (response?.status === 200) {
        const text = await response.text().catch(() => null);
        if (text !== null) return (JSON.parse(text) as { data: { events: { uuid: string | null; error?: string }[] } }).data.events;
      } else if (response && response.status < 500 && response.status !== 429 && response.status !== 401) {
        throw new Error(`batch answered ${response.status}: ${await response.text()}`);
      }
      retries += 1;
      await pause(200);
    }
  };

  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  lanes.catch(() => (running = false));
  return {
    accepted,
    retries: () => retries,
    async stop() {
      running = false;
      await lanes;
    },
  };
}
