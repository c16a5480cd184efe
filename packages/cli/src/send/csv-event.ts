/** Columns whose values are numbers, by their flat names (spec README, "Events") and by dotted names of the grouped form. */
const NUMERIC = new Set(['amount', 'balance_before', 'balance_after', 'event_balance_before', 'event_balance_after', 'player_kyc_level', 'game_odds', 'event.amount', 'event.balance_before', 'event.balance_after', 'player.kyc_level', 'game.odds']);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A CSV row as an event. Empty cells are absent. Columns are flat names (player_id, amount, …) or dotted ones of the grouped form
 * (player.id, event.amount, …). A number that JavaScript can't hold exactly stays text, so that the gateway refuses it by name
 * instead of getting another number.
 */
export function csvEvent(record: Readonly<Record<string, string>>): Record<string, unknown> {
  // No prototype: a column named __proto__ is a column like any other, for the gateway to refuse.
  const event = Object.create(null) as Record<string, unknown>;
  for (const [column, text] of Object.entries(record)) {
    if (text === '' || column === '') continue;
    const value = NUMERIC.has(column) ? numberOrText(text) : text;
    const dot = column.indexOf('.');
    if (dot < 0) event[column] = value;
    else groupOf(event, column.slice(0, dot))[column.slice(dot + 1)] = value;
  }
  return event;
}

function numberOrText(text: string): number | string {
  if (!NUMBER.test(text)) return text;
  const value = Number(text);
  const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return exact ? value : text;
}

function groupOf(event: Record<string, unknown>, name: string): Record<string, unknown> {
  const group = event[name];
  if (typeof group === 'object' && group !== null) return group as Record<string, unknown>;
  return (event[name] = Object.create(null) as Record<string, unknown>) as Record<string, unknown>;
}
