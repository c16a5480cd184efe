import { ResendCommand } from '@stakewatch/contracts';
import type { Decision } from './decision';
import { writeChecked } from './validate';

export interface NewResend {
  readonly commandId: string;
  readonly companyId: string;
  readonly alertId: string;
  readonly revision: number | null;
  readonly endpointId: string | null;
  readonly requestedBy: string;
}

/** A command to send an alert's webhook message again. The same commandId twice is one resend. */
export function requestResend(resend: NewResend, now: Date): Decision<ResendCommand> {
  return writeChecked(ResendCommand, { ...resend, requestedAt: now.toISOString() });
}
