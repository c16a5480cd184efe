import type { NewDelivery } from './delivery-book';

/** What the receiver keeps of a message; null where the message says nothing. Never throws: the sender may be anybody. */
export function describeMessage(company: string, id: string, verified: boolean, body: string, receivedAt: number): NewDelivery {
  const message = objectOf(parse(body));
  const data = objectOf(message['data']);
  return {
    id,
    company,
    verified,
    type: textOf(message['type']),
    alert_id: textOf(data['alert_id']),
    revision: typeof data['revision'] === 'number' ? data['revision'] : null,
    status: textOf(data['status']),
    rule_id: textOf(data['rule_id']),
    player_id: textOf(data['player_id']),
    receivedAt,
    eventReceivedAt: microsOf(textOf(data['event_received_at'])),
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

const TEXT_MAX = 200;
const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, TEXT_MAX) : null);

/** ISO 8601 with up to six digits of a second, to microseconds. */
function microsOf(text: string | null): number | null {
  const match = /^(.{19})(?:\.(\d{1,6}))?Z$/.exec(text ?? '');
  const seconds = match ? Date.parse(`${match[1]}Z`) : NaN;
  return Number.isNaN(seconds) ? null : seconds * 1_000 + Number((match?.[2] ?? '').padEnd(6, '0'));
}
