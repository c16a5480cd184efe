import type { Logger } from 'pino';

/** What nothing else understands ends the process, with its reason in the last line. */
export const endOn = (logger: Logger) => (error: unknown): never => {
  logger.fatal({ err: error }, `ending: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
};

export interface Ending {
  /** Lets no one in, and waits for answers that are under way; who is left after `patienceMs` is cut off. */
  closeConnections(patienceMs: number): Promise<void>;
  drain(): Promise<void>;
  onNotDrained(error: unknown): void;
  exit(code: number): void;
}

/** Of the whole time; what is left of it is the drain's in any case. */
const SHARE_OF_CONNECTIONS = 0.6;

/**
 * Connections end with their answers, then the service drains, then the process exits: with 0, or with 1 when it could not drain or not
 * within `limitMs`. A broker or store that hangs would else be waited for until the process is killed, with nothing said of it. What was
 * not finished then is as after a kill: worked again by the next owner.
 */
export async function endWithin(limitMs: number, { closeConnections, drain, onNotDrained, exit }: Ending): Promise<void> {
  const late = setTimeout(() => {
    onNotDrained(new Error(`not drained within ${limitMs / 1000} s: Kafka, Redis or ClickHouse does not answer`));
    exit(1);
  }, limitMs);
  try {
    await closeConnections(limitMs * SHARE_OF_CONNECTIONS);
    await drain();
    clearTimeout(late);
    exit(0);
  } catch (error) {
    clearTimeout(late);
    onNotDrained(error);
    exit(1);
  }
}
