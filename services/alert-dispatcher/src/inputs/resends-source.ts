import { ResendCommand } from '@stakewatch/contracts';
import { type LogRecord, Retriable } from '@stakewatch/runtime';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020';
import type { AlertArchive } from '../archive/alert-archive';
import { resendsOf } from '../core/deliveries';
import type { EndpointDirectory } from '../dispatch/endpoint-directory';
import type { DeliverySource, Reading } from './source';

/** An alert may be younger than its row in history; a command that is younger than this waits for it. */
export const HISTORY_GRACE_MS = 15_000;

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
const fits = ajv.compile<ResendCommand>(ResendCommand);

/** webhook.resends.v1: looks the alert up in history and sends it now. */
export function resendsSource(archive: AlertArchive, directory: EndpointDirectory, nowMs: () => number): DeliverySource {
  return {
    read: (records) => Promise.all(records.map((record) => readOne(archive, directory, nowMs, record))),
  };
}

async function readOne(archive: AlertArchive, directory: EndpointDirectory, nowMs: () => number, record: LogRecord): Promise<Reading> {
  const command = commandOf(record);
  if (typeof command === 'string') return { unreadable: command };
  const alert = await archive.find(command.companyId, command.alertId, command.revision);
  if (!alert) {
    if (nowMs() - record.timestamp < HISTORY_GRACE_MS) throw new Retriable('the alert to resend is not in history yet');
    return { unreadable: 'the company has no such alert' };
  }
  if (alert.mode !== 'live') return { unreadable: 'a dry-run alert is never sent' };
  const deliveries = resendsOf(command, alert, directory.ofCompany(command.companyId));
  return deliveries.length === 0 ? { unreadable: 'the company has no such endpoint, or none that is enabled' } : { deliveries };
}

function commandOf({ value }: LogRecord): ResendCommand | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value?.toString('utf8') ?? '');
  } catch {
    return 'not JSON';
  }
  return fits(parsed) ? parsed : `not a resend command: ${ajv.errorsText(fits.errors)}`;
}
