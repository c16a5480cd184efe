import { TOPICS } from '@stakewatch/contracts';
import fc from 'fast-check';
import { PARTITIONS, type Step, STEPS, StatusWorld } from './status-world';

/**
 * The whole life of events' statuses, on the memory twins: accepted, written, judged by both stages of the detector and by the bonus rules, dead, replayed, with
 * processes that die at any step outside of themselves, partitions that are read and written in any order, and records that a step refuses.
 */
const EVENTS = TOPICS.bettingEvents.name;
const READS = [['detector', EVENTS], ['detector', TOPICS.velocitySignals.name], ['scorer', EVENTS], ['scorer', TOPICS.bonusChanges.name]] as const;
const IDS = 9;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());
const look = () => jest.advanceTimersByTimeAsync(200);

type Action = readonly [kind: string, which: number, much: number, endsAt: number];
const small = fc.nat(20);
const endsAt = fc.oneof(fc.nat(40), fc.constant(Infinity));
const action: fc.Arbitrary<Action> = fc.tuple(
  fc.constantFrom('send', 'send', 'read', 'read', 'look', 'history', 'run', 'run', 'run', 'kill', 'replay', 'replay', 'poison', 'mend'),
  small,
  small,
  endsAt,
);

async function sendSome(world: StatusWorld, which: number, much: number): Promise<void> {
  for (let n = 0; n <= much % 4; n += 1) await world.send((which + n) % IDS, { device: (which + n) % 3, ip: much % 3, phone: which % 2 }, (which + n) % 4 === 0 ? 'BET_PLACED' : 'DEPOSIT');
}

/** For a while some partitions are not read at all: `reads` is a mask of those that are. */
const phase = fc.record({ reads: fc.constantFrom(15, 15, 13, 13, 13, 11, 7, 14), actions: fc.array(action, { maxLength: 20 }) });

async function act(world: StatusWorld, reads: number, [kind, which, much, ends]: Action): Promise<void> {
  switch (kind) {
    case 'send':
      await sendSome(world, which, much);
      break;
    case 'read': {
      const [process, topic] = READS[which % READS.length] as (typeof READS)[number];
      await world.read(process, topic, much % PARTITIONS, 1 + (much % 5), ends);
      break;
    }
    // Whoever reads at all in this phase goes as far as it can, and all of that is written.
    case 'run':
      for (const [process, topic] of READS.filter((_read, index) => reads & (1 << index))) await world.read(process, topic, null, 1 + (much % 5), ends);
      for (let n = 0; n < 2; n += 1) await world.survivesLook(look, ends);
      world.history.takeAll();
      break;
    case 'look':
      await world.survivesLook(look, ends);
      break;
    case 'history':
      world.history.take(which, 1 + much);
      break;
    case 'kill':
      await world.restart(which % 2 === 0 ? 'detector' : 'scorer').catch(() => undefined);
      break;
    case 'replay':
      await world.replay(which, ends, () => (much % 2 === 0 ? sendSome(world, which, much) : Promise.resolve()));
      break;
    case 'poison': {
      const uuids = [...world.sent.keys()];
      if (uuids.length > 0) world.poisonFor(STEPS[which % STEPS.length] as Step, uuids.at(-1 - (much % Math.min(2, uuids.length))) as string);
      break;
    }
    default:
      for (const poisoned of world.poison.values()) poisoned.clear();
  }
}

const statusOf = async (world: StatusWorld, uuid: string) => (await world.status.status('acme', uuid))?.status ?? 'PENDING';

test('never PROCESSED before all rules have seen it, FAILED as long as a letter stands and never after, PROCESSED in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(phase, { minLength: 1, maxLength: 6 }), async (phases) => {
      const world = await StatusWorld.open();
      for (const { each, reads } of phases.flatMap(({ reads, actions }) => actions.map((each) => ({ each, reads })))) {
        await act(world, reads, each);
        for (const uuid of world.sent.keys()) if ((await statusOf(world, uuid)) === 'PROCESSED') expect([uuid, each, world.isSeen(uuid)]).toEqual([uuid, each, true]);
      }

      // All run on; what cannot be taken in is dead.
      await world.restart('detector');
      await world.restart('scorer');
      await world.settle(look);
      const failing = world.failing();
      for (const uuid of world.sent.keys()) expect([uuid, await statusOf(world, uuid)]).toEqual([uuid, failing.has(uuid) ? 'FAILED' : 'PROCESSED']);

      for (const poisoned of world.poison.values()) poisoned.clear();
      while (world.openLetters().length > 0) await world.replay(0, Infinity, async () => undefined);
      await world.settle(look);
      for (const uuid of world.sent.keys()) expect([uuid, await statusOf(world, uuid), world.isSeen(uuid)]).toEqual([uuid, 'PROCESSED', true]);
    }),
    { numRuns: 25 },
  );
}, 120_000);

/** Each of them is in the log before anything says that the range it stands in has been seen. */
test.each([
  ['events', 'detector'],
  ['activity', 'scorer'],
  ['bonus', 'scorer'],
] as const)('of an event that %s refuses, PROCESSED is never said while the history has all but its letter, wherever the %s dies', async (step, process) => {
  for (let endsAt = 0; endsAt < 25; endsAt += 1) {
    const world = await StatusWorld.open();
    await sendSome(world, 0, 2);
    const [refused, ...others] = [...world.sent.keys()] as [string, ...string[]];
    world.poisonFor(step, refused);
    await world.restart(process, endsAt).catch(() => world.restart(process));
    for (let round = 0; round < 8; round += 1) {
      // Who starts says how far the one before had come.
      if (round === 6) await world.restart(process);
      for (const [reader, topic] of READS) await world.read(reader, topic, null, 7, Infinity);
      for (let n = 0; n < 2; n += 1) await world.survivesLook(look, Infinity);
      world.history.takeAllButLetters();
      expect([endsAt, round, await statusOf(world, refused)]).toEqual([endsAt, round, 'PENDING']);
    }
    // A pack that is refused is refused with all events in it.
    if (step !== 'bonus') for (const uuid of others) expect([endsAt, await statusOf(world, uuid)]).toEqual([endsAt, 'PROCESSED']);
    await world.settle(look);
    expect([endsAt, await statusOf(world, refused)]).toEqual([endsAt, 'FAILED']);
  }
});
