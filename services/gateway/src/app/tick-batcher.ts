interface Waiter<Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Group<Item, Result> {
  items: Item[];
  waiters: Waiter<Result>[];
  running: boolean;
}

/**
 * Gathers what is asked within one turn of the event loop, and while an earlier call of the same group is under way, and asks it in
 * one call. So one round trip serves all requests of a company that came together, and the more load, the more each call carries.
 */
export class TickBatcher<Item, Result> {
  private readonly groups = new Map<string, Group<Item, Result>>();
  private readonly started = new Set<string>();

  /** @param call answers each item of a group, in order. */
  constructor(private readonly call: (group: string, items: readonly Item[]) => Promise<readonly Result[]>) {}

  ask(name: string, item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      let group = this.groups.get(name);
      if (!group) this.groups.set(name, (group = { items: [], waiters: [], running: false }));
      group.items.push(item);
      group.waiters.push({ resolve, reject });
      if (!group.running) this.start(name);
    });
  }

  private start(name: string): void {
    if (this.started.size === 0) setImmediate(() => this.flush());
    this.started.add(name);
  }

  private flush(): void {
    const names = [...this.started];
    this.started.clear();
    for (const name of names) void this.run(name, this.groups.get(name) as Group<Item, Result>);
  }

  private async run(name: string, group: Group<Item, Result>): Promise<void> {
    const { items, waiters } = group;
    group.items = [];
    group.waiters = [];
    group.running = true;
    try {
      const results = await this.call(name, items);
      waiters.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      waiters.forEach(({ reject }) => reject(error));
    }
    group.running = false;
    if (group.items.length > 0) this.start(name);
    else this.groups.delete(name);
  }
}
