import type { FieldError } from '@stakewatch/contracts';
import { EXIT, type ExitCode } from './exit-codes';

/** An error that a person can act on; everything else is a bug and shows its stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    /** usage, not_configured, invalid, not_found, conflict, unavailable, … */
    readonly code: string,
    message: string,
    readonly exitCode: ExitCode,
    /** What to do about it. */
    readonly hint: string | null = null,
    readonly errors: readonly FieldError[] = [],
    /** The message is nothing but the errors, one after the other: of this subject, '' where it is plain. */
    readonly fields: { readonly subject: string } | null = null,
  ) {
    super(message);
  }
}

export const usageError = (message: string, hint: string | null = null): CliError => new CliError('usage', message, EXIT.usage, hint);

export const unavailable = (what: string, where: string, cause: string): CliError =>
  new CliError('unavailable', `${what} at ${where} does not answer: ${cause}`, EXIT.unavailable, 'Is it running? `npm run up` starts the local stack, `stakewatch doctor` checks every part.');
