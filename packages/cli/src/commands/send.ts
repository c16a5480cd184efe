import { Command } from 'commander';
import { examples, type Run } from '../command-kit';
import { csvEvent } from '../send/csv-event';
import { EVENTS } from '../send/events';
import { type FileFlags, type FileImport, importFile, withFileOptions } from '../send/import-file';

const EVENT_FILE: FileImport = {
  kind: EVENTS,
  command: 'send',
  csv: { row: csvEvent, ids: ['external_event_id', 'event_id'] },
  rows: (rows) => rows,
  reported: ({ line, id, error, row }) => ({ line, external_event_id: id, error, event: row }),
  counts: ({ accepted }) => ({ accepted }),
  sentence: ({ accepted, read }, seconds) => `${accepted} of ${read} events accepted in ${seconds} s${seconds > 0 ? `, ${Math.round(accepted / seconds)} a second` : ''}`,
};

export function sendCommand(run: Run): Command {
  return withFileOptions(new Command('send'), 'events')
    .description('send a file of events to the gateway in batches; repeats are harmless')
    .addHelpText(
      'after',
      `
Rows are events in the flat form (external_event_id, player_id, event_type, amount, currency, event_timestamp, player_phone, …) or the grouped
one: nested objects in NDJSON, dotted columns in CSV (player.id, event.amount, …).
429 and 503 are waited out as Retry-After says. When sending stops, the line to go on from is told; failed rows are in the report.
${examples('send events.ndjson.gz -c acme', 'send january.csv --from-line 52001', 'send - --json < events.ndjson')}`,
    )
    .action((file: string, flags: FileFlags, self: Command) => run((context) => importFile(context, file, flags, EVENT_FILE), self));
}
