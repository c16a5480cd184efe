import { PackedWrites, StaleOwner, type StateStore, type StateWrite } from '@stakewatch/runtime';

/** The contract of StateStore; every implementation passes it. `fresh` gives a store on which nothing was saved under `group`. */
export function stateStoreSuite(name: string, fresh: (group: string) => Promise<{ store: StateStore; close(): Promise<void> }>): void {
  describe(`${name} keeps the StateStore contract`, () => {
    let runs = 0;
    let store: StateStore;
    let close: () => Promise<void>;
    let owner: { group: string; topic: string; partition: number };

    beforeEach(async () => {
      owner = { group: `suite-${process.pid}-${Date.now()}-${(runs += 1)}`, topic: 'betting.events.v1', partition: 2 };
      ({ store, close } = await fresh(owner.group));
    });
    afterEach(async () => {
      await store.clear(owner);
      await close();
    });

    const append = (key: string, text: string): StateWrite => ({ key, op: 'append', bytes: Buffer.from(text) });
    const texts = async (...keys: string[]) => (await store.load(owner, keys)).map((bytes) => bytes?.toString() ?? null);

    test('a partition that was never saved has no offset, and each owner a greater epoch', async () => {
      const first = await store.open(owner);
      const second = await store.open(owner);
      expect(first.nextOffset).toBeNull();
      expect(second.epoch).toBeGreaterThan(first.epoch);
    });

    test('writes and offset are kept together', async () => {
      const { epoch } = await store.open(owner);
      await store.save(owner, { epoch, expectedOffset: null, nextOffset: 7, writes: [append('a', 'x'), { key: 'b', op: 'set', bytes: Buffer.from('y') }] });
      await store.save(owner, { epoch, expectedOffset: 7, nextOffset: 9, writes: [append('a', 'z'), { key: 'b', op: 'delete' }] });
      expect(await texts('a', 'b', 'never')).toEqual(['xz', null, null]);
      expect((await store.open(owner)).nextOffset).toBe(9);
    });

    test('writes are read before the promise is given: what holds them is free for the next save', async () => {
      const { epoch } = await store.open(owner);
      const [first, other] = [append('a', 'first'), append('b', 'other')];
      const writes = new PackedWrites().addAll([first, { ...other, ttlMs: 60_000 }]);
      const saved = store.save(owner, { epoch, expectedOffset: null, nextOffset: 7, writes });
      writes.reset().addAll([append('a', 'never'), append('c', 'never')]);
      await saved;
      expect(await texts('a', 'b', 'c')).toEqual(['first', 'other', null]);
    });

    test('bytes of any value survive', async () => {
      const { epoch } = await store.open(owner);
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
      await store.save(owner, { epoch, expectedOffset: null, nextOffset: 1, writes: [{ key: 'binary|\u00e9|{}', op: 'append', bytes }] });
      expect((await store.load(owner, ['binary|\u00e9|{}']))[0]).toEqual(bytes);
    });

    test('an owner that was replaced changes nothing', async () => {
      const stale = await store.open(owner);
      const current = await store.open(owner);
      await expect(store.save(owner, { epoch: stale.epoch, expectedOffset: null, nextOffset: 5, writes: [append('a', 'stale')] })).rejects.toThrow(StaleOwner);
      expect(await texts('a')).toEqual([null]);
      await store.save(owner, { epoch: current.epoch, expectedOffset: null, nextOffset: 5, writes: [append('a', 'ok')] });
      expect(await texts('a')).toEqual(['ok']);
    });

    test('a save that does not continue from the stored offset is refused', async () => {
      const { epoch } = await store.open(owner);
      await store.save(owner, { epoch, expectedOffset: null, nextOffset: 5, writes: [] });
      await expect(store.save(owner, { epoch, expectedOffset: 4, nextOffset: 6, writes: [append('a', 'gap')] })).rejects.toThrow(StaleOwner);
      expect(await texts('a')).toEqual([null]);
    });

    test('the same save sent twice is done once', async () => {
      const { epoch } = await store.open(owner);
      const save = { epoch, expectedOffset: null, nextOffset: 5, writes: [append('a', 'x')] };
      await store.save(owner, save);
      await store.save(owner, save);
      expect(await texts('a')).toEqual(['x']);
    });

    test('clear forgets all and fences the owner at work', async () => {
      const { epoch } = await store.open(owner);
      await store.save(owner, { epoch, expectedOffset: null, nextOffset: 5, writes: [append('a', 'x')] });
      await store.clear(owner);
      expect(await texts('a')).toEqual([null]);
      await expect(store.save(owner, { epoch, expectedOffset: 5, nextOffset: 6, writes: [append('a', 'y')] })).rejects.toThrow(StaleOwner);
      expect((await store.open(owner)).nextOffset).toBeNull();
    });

    test('partitions and groups do not meet', async () => {
      const { epoch } = await store.open(owner);
      await store.save(owner, { epoch, expectedOffset: null, nextOffset: 5, writes: [append('a', 'x')] });
      expect(await store.load({ ...owner, partition: 3 }, ['a'])).toEqual([null]);
      expect(await store.load({ ...owner, group: `${owner.group}x` }, ['a'])).toEqual([null]);
    });
  });
}
