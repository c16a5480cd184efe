import { Opened } from './opened';

function recorder() {
  const closed: string[] = [];
  const made = (name: string, fault?: Error) => ({
    close: async () => {
      closed.push(name);
      if (fault) throw fault;
    },
  });
  return { closed, made };
}

test('what its user closed is forgotten, and not closed a second time', async () => {
  const { closed, made } = recorder();
  const opened = new Opened();
  for (let round = 0; round < 1_000; round += 1) await opened.keep(made(`short ${round}`)).close();
  const long = opened.keep(made('long'));
  expect(opened.size).toBe(1);
  closed.length = 0;
  await opened.close();
  await Promise.all([long.close(), opened.close()]);
  expect(closed).toEqual(['long']);
  expect(opened.size).toBe(0);
});

test('a method of a class is closed as its own', async () => {
  class Made {
    private open = true;
    async close() {
      this.open = false;
    }
    get isOpen() {
      return this.open;
    }
  }
  const opened = new Opened();
  const made = opened.keep(new Made());
  await opened.close();
  expect(made.isOpen).toBe(false);
});

test('the newest is closed first, and one that fails keeps none of the others open', async () => {
  const { closed, made } = recorder();
  const opened = new Opened();
  for (const thing of [made('a'), made('b', new Error('gone')), made('c')]) opened.keep(thing);
  await expect(opened.close()).rejects.toMatchObject({ errors: [new Error('gone')] });
  expect(closed).toEqual(['c', 'b', 'a']);
});
