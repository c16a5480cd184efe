const RETRY_FIRST_MS = 100;
const RETRY_LAST_MS = 5_000;

/** How the work on a batch stands to the fetch that brought it. */
export interface Turn {
  /** False once the partition was taken away, read elsewhere or the service drains. */
  isLive(): boolean;
  heartbeat(): Promise<void>;
  /** The fetch goes on after `offset`. */
  resolve(offset: number): void;
}

/** Of work that the fetch does not wait for: its loop keeps the membership alive. */
export const turnOfItsOwn = (isLive: () => boolean): Turn => ({ isLive, heartbeat: async () => undefined, resolve: () => undefined });

/** Between two attempts, longer each time; ends early with the turn. */
export async function pause(turn: Turn, attempt: number): Promise<void> {
  const until = Date.now() + Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt, 10));
  while (Date.now() < until && turn.isLive()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, Math.max(1, until - Date.now()))));
    await turn.heartbeat();
  }
}
