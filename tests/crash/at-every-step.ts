import { createDeadLetters, type HandlerFactory, type LogProducer, type MemoryLog, type MemoryStateStore, type OwnedStates, StateBudget, statefulHandler, type StatefulOptions } from '@stakewatch/runtime';
import { Death, Life, mortalProducer, MortalReader, mortalStore } from './mortal';
import { silent } from './silent';

/** One life of a service: as far as it can, or until it dies. */
export type Living = (life: Life) => Promise<void>;

/** Lets a service die at its first step, then at its second, and so on until it lives to the end; each time, one more life has to put things right. */
export async function dyingAtEveryStep(setUp: () => Promise<{ live: Living; check: (diedAt: number) => Promise<void> | void }>): Promise<number> {
  for (let diesAt = 0; ; diesAt += 1) {
    const { live, check } = await setUp();
    const life = new Life(diesAt);
    const died = await live(life).then(() => false, isDeath);
    await live(new Life());
    await check(diesAt);
    if (!died) return diesAt;
  }
}

export function isDeath(error: unknown): true {
  if (!(error instanceof Death)) throw error;
  return true;
}

type Driving<Input, Owned extends OwnedStates<Input>> = Pick<StatefulOptions<Input, Owned>, 'group' | 'codec' | 'stage'> & Partial<Pick<StatefulOptions<Input, Owned>, 'unsaved' | 'producer'>>;

/** The runtime's loop around a stage, with a log and a store of states that outlive it. */
export async function mortalHandler<Input, Owned extends OwnedStates<Input>>(log: MemoryLog, store: MemoryStateStore, life: Life, options: Driving<Input, Owned>): Promise<{ handler: HandlerFactory; producer: LogProducer }> {
  const producer = options.producer ?? mortalProducer(await log.producer(), life);
  const handler = statefulHandler({ store: mortalStore(store, life), producer, deadLetters: createDeadLetters(producer, options.group, () => undefined), budget: new StateBudget(1 << 26), admin: await log.admin(), rebuildWindowMs: 1, observer: silent, nowMicros: () => 1_770_000_000_000_000, ...options });
  return { handler, producer };
}

export const readerOf = (log: MemoryLog, group: string, topic: string, handler: HandlerFactory, life: Life): MortalReader => new MortalReader(log, group, topic, handler, life);
