/**
 * Gathers what is asked within one turn of the event loop and asks it in one call per group: one round trip serves all
 * requests of a company that arrived together. Calls overlap: gathering while one is under way makes larger calls, but puts
 * requests in step with each other, and measured a third slower.
 */
export class TickBatcher<Item, Result> {
  private groups = new Map<string, { items: Item[]; waiters: { resolve(result: Result): void; reject(error: unknown): void }[] }>();
  private scheduled = false;

  /** @param call answers each item of a group, in order. */
  constructor(private readonly call: (group: string, items: readonly Item[]) => Promise<readonly Result[]>) {}

  ask(group: string, item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      let gathered = this.groups.get(group);
      if (!gathered) this.groups.set(group, (gathered = { items: [], waiters: [] }));
      gathered.items.push(item);
      gathered.waiters.push({ resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => this.flush());
    });
  }

  private flush(): void {
    const { groups } = this;
    this.groups = new Map();
    this.scheduled = false;
    for (const [group, { items, waiters }] of groups) {
      this.call(group, items).then(
        (results) => waiters.forEach(({ resolve }, index) => resolve(results[index] as Result)),
        (error: unknown) => waiters.forEach(({ reject }) => reject(error)),
      );
    }
  }
}
