const PAUSE_MS = 100;

/** Asks until `found`; the test's own timeout bounds it. */
export async function until<T>(ask: () => Promise<T>, found: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (found(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
