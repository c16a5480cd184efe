/** Exit codes of every command; docs/cli.md and `stakewatch help` list them. */
export const EXIT = {
  ok: 0,
  /** Something that this program does not understand. */
  failed: 1,
  /** Wrong command line or configuration. */
  usage: 2,
  /** Refused: a value is not valid, does not exist, or does not go with what is there. */
  refused: 3,
  /** A part of the system does not answer. */
  unavailable: 4,
  /** Done in part: some rows were refused, or some checks failed. */
  partial: 5,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
