import { setTimeout as pause } from 'node:timers/promises';
import { makeSampleDay, type PlantedAbuse, type SampleEvent } from './sample-day';

export interface PlaySampleDayOptions {
  readonly gatewayUrl: string;
  /** One key per company scope. */
  readonly apiKeys: readonly { readonly companyId: string; readonly apiKey: string }[];
  readonly now: Date;
  readonly seed?: string;
  readonly events?: number;
  /** Called after each answered batch. */
  onProgress?(progress: { sent: number; total: number }): void;
}

export interface PlayedSampleDay {
  readonly total: number;
  readonly accepted: number;
  /** Empty unless the gateway refuses what the document allows. */
  readonly failed: readonly { readonly companyId: string; readonly eventId: string; readonly error: string }[];
  readonly planted: readonly PlantedAbuse[];
}

const BATCH = 250;
const GIVE_UP_AFTER_MS = 60_000;

/** A batch was refused as a whole, or not accepted for a minute. */
export class SampleDayRefused extends Error {
  override readonly name = 'SampleDayRefused';
}

/**
 * Sends the sample day through POST /api/v1/events/batch. A batch that was not accepted (429, 503, no connection) is sent again as
 * it is: event ids make that harmless. @throws {SampleDayRefused}
 */
export async function playSampleDay(options: PlaySampleDayOptions): Promise<PlayedSampleDay> {
  const { companies, planted } = makeSampleDay({ ...options, companyIds: options.apiKeys.map(({ companyId }) => companyId) });
  const total = companies.reduce((sum, { events }) => sum + events.length, 0);
  const failed: { companyId: string; eventId: string; error: string }[] = [];
  let sent = 0;
  for (const { companyId, events } of companies) {
    const apiKey = options.apiKeys.find((each) => each.companyId === companyId)?.apiKey ?? '';
    for (let from = 0; from < events.length; from += BATCH) {
      const batch = events.slice(from, from + BATCH);
      const answer = await sendBatch(options.gatewayUrl, apiKey, batch);
      for (const { uuid, external_event_id: eventId, error } of answer) {
        if (uuid === null) failed.push({ companyId, eventId, error: error ?? '' });
      }
      sent += batch.length;
      options.onProgress?.({ sent, total });
    }
  }
  return { total, accepted: total - failed.length, failed, planted };
}

type BatchAnswer = readonly { uuid: string | null; external_event_id: string; error?: string }[];

async function sendBatch(gatewayUrl: string, apiKey: string, events: readonly SampleEvent[]): Promise<BatchAnswer> {
  const body = JSON.stringify({ events });
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const outcome = await attempt(`${gatewayUrl}/api/v1/events/batch`, apiKey, body);
    if ('events' in outcome) return outcome.events;
    if (!outcome.again || Date.now() + outcome.waitMs > deadline) throw new SampleDayRefused(outcome.reason);
    await pause(outcome.waitMs);
  }
}

async function attempt(url: string, apiKey: string, body: string): Promise<{ events: BatchAnswer } | { again: boolean; waitMs: number; reason: string }> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': apiKey }, body, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    return { again: true, waitMs: 500, reason: `the gateway does not answer: ${(error as Error).message}` };
  }
  const text = await response.text();
  if (response.ok) return { events: (JSON.parse(text) as { data: { events: BatchAnswer } }).data.events };
  const again = response.status === 429 || response.status === 503;
  return { again, waitMs: 1000 * Number(response.headers.get('retry-after') ?? 1), reason: `the gateway answered ${response.status}: ${text.slice(0, 500)}` };
}
