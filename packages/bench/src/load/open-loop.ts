/** Offered load, open loop: what is sent when depends on the clock alone, never on the answers. */
export interface OpenLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** Milliseconds after which what has no answer counts as failed. */
  readonly timeoutMs: number;
}

export interface OpenLoopResult {
  /** Milliseconds of what was answered, sorted; counted from the scheduled time, so that a sender that falls behind is counted too. */
  readonly latencies: readonly number[];
  /** How many failed, by reason. */
  readonly failures: Readonly<Record<string, number>>;
}

/** When each request is due, milliseconds from the start: evenly spaced, at least one. */
export function schedule({ perSecond, seconds }: Pick<OpenLoad, 'perSecond' | 'seconds'>): readonly number[] {
  return Array.from({ length: Math.max(1, Math.round(perSecond * seconds)) }, (_, index) => (index * 1000) / perSecond);
}

/** Sends on schedule and waits for every answer, or its time. */
export async function openLoop(load: OpenLoad, send: (index: number) => Promise<void>): Promise<OpenLoopResult> {
  const due = schedule(load);
  const latencies: number[] = [];
  const failures: Record<string, number> = {};
  const answered: Promise<void>[] = [];
  const start = performance.now() + 5;
  for (let index = 0; index < due.length; ) {
    const wait = start + (due[index] as number) - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    for (; index < due.length && start + (due[index] as number) <= performance.now(); index += 1) {
      const at = start + (due[index] as number);
      answered.push(
        within(load.timeoutMs, send(index)).then(
          () => void latencies.push(performance.now() - at),
          (error: unknown) => {
            const reason = error instanceof Error ? error.message : String(error);
            failures[reason] = (failures[reason] ?? 0) + 1;
          },
        ),
      );
    }
  }
  await Promise.all(answered);
  return { latencies: latencies.sort((a, b) => a - b), failures };
}

function within(timeoutMs: number, answer: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
