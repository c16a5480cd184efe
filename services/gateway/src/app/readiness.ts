const PROBE_EVERY_MS = 1_000;

/** Whether the log can take events, asked once a second, so that a load balancer's questions cost nothing. */
export interface Readiness {
  /** Resolves after the first probe, whatever it found. */
  readonly first: Promise<void>;
  reason(): string | null;
  stop(): void;
}

export function watchReadiness(probe: () => Promise<void>): Readiness {
  let reason: string | null = 'the log has not answered yet';
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    try {
      await probe();
      reason = null;
    } catch {
      reason = 'the log does not answer';
    }
    if (!stopped) timer = setTimeout(() => void look(), PROBE_EVERY_MS).unref();
  };
  return {
    first: look(),
    reason: () => reason,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
