interface Closable {
  close(): Promise<void>;
}

/** What one owner opened and nobody has closed yet. What is closed by its user is forgotten at once: a process that opens and closes for years keeps none of it. */
export class Opened {
  private readonly open = new Set<Closable>();

  /** The same object; its `close` closes once, however often it is called. */
  keep<C extends Closable>(made: C): C {
    const close = made.close.bind(made);
    let closing: Promise<void> | undefined;
    made.close = () => {
      this.open.delete(made);
      return (closing ??= close());
    };
    this.open.add(made);
    return made;
  }

  /** How many are open. */
  get size(): number {
    return this.open.size;
  }

  /** Closes what is still open, the newest first; one that fails keeps none of the others open. @throws {AggregateError} with what they threw */
  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (const made of [...this.open].reverse()) await made.close().catch((fault: unknown) => faults.push(fault));
    if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of what was opened could not be closed`);
  }
}
