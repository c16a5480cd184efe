import type { FieldError } from '@stakewatch/contracts';
import type { Row } from './rows';
import type { BatchKind, RowAnswer } from './send-batch';

interface LabelAnswer {
  readonly status: 'labelled' | 'unchanged' | 'failed';
  readonly id: string | null;
  readonly code?: string;
  readonly errors?: readonly FieldError[];
}

/** Rows that are labels, through POST /api/v1/decisions/labels. */
export const LABELS: BatchKind = {
  path: '/api/v1/decisions/labels',
  list: 'labels',
  answersOf: (body) => (body as { results: LabelAnswer[] }).results.map(({ status, id, code, errors = [] }) => ({ outcome: outcomeOf(status, code), id, error: errors.map(({ path, message }) => `${path} ${message}`).join('; ') })),
};

function outcomeOf(status: LabelAnswer['status'], code: string | undefined): RowAnswer['outcome'] {
  if (status === 'failed') return code === 'UNAVAILABLE' ? 'pending' : 'failed';
  return status === 'unchanged' ? 'unchanged' : 'accepted';
}

/** A CSV row as a label; empty cells are absent. */
export function csvLabel(record: Readonly<Record<string, string>>): Record<string, string> {
  // No prototype: a column named __proto__ is a column like any other, for the gateway to refuse.
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(Object.entries(record).filter(([column, text]) => column !== '' && text !== '')));
}

/** Rows that name nobody are said by `by`. */
export async function* saidBy(rows: AsyncIterable<Row>, by: string): AsyncIterable<Row> {
  for await (const row of rows) {
    if (!row.ok) yield row;
    else yield { ...row, json: JSON.stringify({ by, ...(JSON.parse(row.json) as object) }) };
  }
}
