export type Phase = 'decode' | 'load' | 'fold' | 'publish' | 'save';

/** Time spent in each phase of one batch. */
export class Laps {
  private mark = performance.now();
  private readonly spent = new Map<Phase, number>();

  end(phase: Phase): void {
    const now = performance.now();
    this.spent.set(phase, (this.spent.get(phase) ?? 0) + now - this.mark);
    this.mark = now;
  }

  tell(onPhase: (phase: Phase, seconds: number) => void): void {
    for (const [phase, milliseconds] of this.spent) onPhase(phase, milliseconds / 1_000);
  }
}
