import { type BettingEvent, CONSUMER_GROUPS, deadLetterTopic, readReplayMark, TOPICS } from '@stakewatch/contracts';
import { packEvent, SHARED_SUBJECTS, StatePages, SUBJECT_FIELD } from '@stakewatch/rules';
import { createAvroCodec, createDeadLetters, createMemorySchemaIds, leadingUuid, type LogRecord, MemoryLog, MemoryStateStore, type OwnedStates, type Stage, StateBudget, statefulHandler, type TopicPartition } from '@stakewatch/runtime';
import { BUILT_IN_RULES, eventStage, RuleBook, signalStage } from '@stakewatch/velocity-detector';
import { EventStatusReader } from '../../packages/clickhouse/src/event-status';
import { Replayer } from '../../packages/cli/src/dead-letter-replay';
import { bettingEvent } from '../../packages/testing/src/events';
import { ActivityProgress } from '../../services/bonus-scorer/src/activity-progress';
import { activityStage } from '../../services/bonus-scorer/src/activity-stage';
import { scorerStage } from '../../services/bonus-scorer/src/scorer-stage';
import { DEFAULT_POLICY } from '../../services/bonus-scorer/src/testing/values';
import { deadLetterRow } from '../../services/history-writer/src/table/dead-letter-writer';
import { MemoryHistory } from './memory-history';
import { Death, Life, mortalProducer, MortalReader, mortalStore } from './mortal';
import { silent, silentDetector } from './silent';

const EVENTS = TOPICS.bettingEvents.name;
const SIGNALS = TOPICS.velocitySignals.name;
const BONUS = TOPICS.bonusChanges.name;
const JUDGED = [EVENTS, SIGNALS, BONUS];
const START = Date.UTC(2026, 1, 3, 12) * 1_000;
export const PARTITIONS = 2;

/** Who cannot take in an event: the rules of a stage, or the table. */
export const STEPS = ['events', 'signals', 'activity', 'bonus', 'history'] as const;
export type Step = (typeof STEPS)[number];

const book = new RuleBook(BUILT_IN_RULES, { values: () => [].values(), onChange: () => () => undefined }, () => undefined);
const SIGNALLED = book.rulesFor('acme').signals;

/** One process: what dies together. */
interface Process {
  readonly life: Life;
  readonly readers: Readonly<Record<string, MortalReader>>;
  end(): void;
}

/** All that the status of an event comes from, on the memory twins, a step at a time; and what it should say, from the rules' own work. */
export class StatusWorld {
  readonly log = new MemoryLog(PARTITIONS);
  readonly sent = new Map<string, BettingEvent>();
  private readonly sentAgain = new Set<string>();
  private readonly everPoisoned = new Set<string>();
  /** What each event's rules have seen of it. */
  private readonly seen = new Map<string, Set<string>>();
  readonly poison = new Map<Step, Set<string>>(STEPS.map((step) => [step, new Set()]));
  private readonly store = new MemoryStateStore();
  private detector!: Process;
  private scorer!: Process;
  private clock = START;

  private constructor(
    private readonly codec: ReturnType<typeof createAvroCodec>,
    readonly history: MemoryHistory,
    readonly status: EventStatusReader,
    log: MemoryLog,
  ) {
    this.log = log;
  }

  static async open(): Promise<StatusWorld> {
    const codec = createAvroCodec(createMemorySchemaIds());
    for (const schema of ['betting-event', 'velocity-signals', 'alert', 'decision', 'processing-progress', 'bonus-change'] as const) await codec.register(schema);
    const log = new MemoryLog(PARTITIONS);
    const refuses = (uuid: string): boolean => world.poison.get('history')?.has(uuid) ?? false;
    const history = new MemoryHistory(log, codec, refuses);
    const world: StatusWorld = new StatusWorld(codec, history, new EventStatusReader(history), log);
    await world.restart('detector');
    await world.restart('scorer');
    return world;
  }

  /**
   * Sent again it is the same event. Not what may become dead: where the detector refuses the first record and takes in the second, which leaves no trace in the
   * history, a replay of the first is PROCESSED a moment early (decision 0139, "Not done").
   */
  async send(id: number, shape: { readonly device: number; readonly ip: number; readonly phone: number }, type: BettingEvent['event_type']): Promise<void> {
    const event = bettingEvent({ external_event_id: `e${id}`, player_id: `p${id % 5}`, event_type: type, device_id: shape.device === 0 ? null : `d${shape.device}`, ip_address: shape.ip === 0 ? null : `203.0.113.${shape.ip}`, player_phone: shape.phone === 0 ? null : `+1${shape.phone}`, event_timestamp: START + id });
    if (this.everPoisoned.has(event.uuid)) return;
    const known = this.sent.get(event.uuid) ?? event;
    if (known !== event) this.sentAgain.add(known.uuid);
    this.sent.set(known.uuid, known);
    this.log.append({ topic: EVENTS, key: `acme|${known.player_id}`, value: Buffer.from(this.codec.encode('betting-event', known)) });
  }

  poisonFor(step: Step, uuid: string): void {
    if (this.sentAgain.has(uuid)) return;
    this.everPoisoned.add(uuid);
    this.poison.get(step)?.add(uuid);
  }

  /** Ends a process, if it runs, and starts it anew; it will end by itself at `endsAt`. */
  async restart(name: 'detector' | 'scorer', endsAt = Infinity): Promise<void> {
    this[name]?.end();
    const life = new Life(endsAt);
    this[name] = name === 'detector' ? await this.startDetector(life) : await this.startScorer(life);
  }

  /** `partition` null: all that there is. */
  async read(process: 'detector' | 'scorer', topic: string, partition: number | null, most: number, nextEndsAt: number): Promise<void> {
    await this.survive(process, nextEndsAt, async ({ readers }) => {
      if (partition === null) await readers[topic]?.readAll(most);
      else await readers[topic]?.read(partition, most);
    });
  }

  /** Puts a dead record back, while others come. */
  async replay(which: number, endsAt: number, meanwhile: () => Promise<void>): Promise<void> {
    const letters = this.openLetters();
    const letter = letters[which % Math.max(1, letters.length)];
    if (letter === undefined) return;
    const life = new Life(endsAt);
    const producer = mortalProducer(await this.log.producer(), life);
    const admin = await this.log.admin();
    const log = Object.assign(Object.create(this.log) as MemoryLog, { producer: async () => producer, admin: async () => ({ ...admin, offsets: (name: string) => meanwhile().then(() => admin.offsets(name)) }) });
    const { topic, partition, offset, uuid, reason, service } = deadLetterRow(letter, this.codec);
    await (await Replayer.open(log, topic)).send([{ topic, partition, offset, uuid, reason, service, deadAt: '', record: letter }]).catch(onlyDeath);
  }

  /** Letters that no mark answers. */
  openLetters(): readonly LogRecord[] {
    const all = JUDGED.flatMap((topic) => this.log.records(deadLetterTopic(topic)));
    const answered = new Set(all.flatMap(({ headers }) => readReplayMark(headers) ?? []).map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`));
    return all.filter((record) => {
      const { topic, partition, offset } = deadLetterRow(record, this.codec);
      return readReplayMark(record.headers) === null && !answered.has(`${topic}/${partition}/${offset}`);
    });
  }

  /** What a letter that nobody answered names; or holds signals of, where rules have not seen them by another record. */
  failing(): ReadonlySet<string> {
    return new Set(this.openLetters().flatMap((record) => {
      const { topic, uuid, event_uuids } = deadLetterRow(record, this.codec);
      return topic === EVENTS ? [uuid as string] : event_uuids.filter((each) => topic === BONUS || !this.isSeen(each));
    }));
  }

  isSeen(uuid: string): boolean {
    const event = this.sent.get(uuid) as BettingEvent;
    const { type } = packEvent(event);
    const needed = ['events', 'bonus', ...SHARED_SUBJECTS.filter((subject) => (SIGNALLED[subject] & (1 << type)) !== 0 && event[SUBJECT_FIELD[subject]] !== null)];
    const seen = this.seen.get(uuid);
    return needed.every((each) => seen?.has(each));
  }

  /** All that can be read is, and told. */
  async settle(look: () => Promise<unknown>): Promise<void> {
    for (let before = -1; before !== this.size(); ) {
      before = this.size();
      await this.detector.readers[EVENTS]?.readAll(7);
      await this.detector.readers[SIGNALS]?.readAll(7);
      await this.scorer.readers[EVENTS]?.readAll(7);
      await this.scorer.readers[BONUS]?.readAll(7);
      await look();
      await look();
      this.history.takeAll();
    }
  }

  async survivesLook(look: () => Promise<unknown>, nextEndsAt: number): Promise<void> {
    await look();
    if (this.scorer.life.isOver) await this.start('scorer', nextEndsAt);
  }

  private size(): number {
    return [...JUDGED, ...JUDGED.map(deadLetterTopic), TOPICS.processingProgress.name].reduce((sum, topic) => sum + this.log.records(topic).length, 0);
  }

  private async survive(name: 'detector' | 'scorer', nextEndsAt: number, work: (running: Process) => Promise<void>): Promise<void> {
    await work(this[name]).catch(onlyDeath);
    if (this[name].life.isOver) await this.start(name, nextEndsAt);
  }

  /** It may die while it starts. */
  private async start(name: 'detector' | 'scorer', endsAt: number): Promise<void> {
    await this.restart(name, endsAt).catch(async (error: unknown) => {
      onlyDeath(error);
      await this.restart(name);
    });
  }

  private async driving(life: Life, group: string) {
    const producer = mortalProducer(await this.log.producer(), life);
    return { group, store: mortalStore(this.store, life), producer, deadLetters: createDeadLetters(producer, group, () => undefined), codec: this.codec, budget: new StateBudget(1 << 26), admin: await this.log.admin(), rebuildWindowMs: 1, observer: silent, nowMicros: () => (this.clock += 1_000) };
  }

  private async startDetector(life: Life): Promise<Process> {
    const group = CONSUMER_GROUPS.velocityDetector.name;
    const driving = await this.driving(life, group);
    const deciding = { codec: this.codec, rulesFor: (company: string) => book.rulesFor(company), observer: silentDetector, pages: new StatePages() };
    const events = statefulHandler({ ...driving, unsaved: { records: 6, states: Infinity, ms: Infinity }, stage: () => this.watched('events', ({ value }) => [[leadingUuid(value) as string, 'events']], eventStage({ ...deciding, signalPartitions: PARTITIONS })) });
    const signals = statefulHandler({ ...driving, unsaved: { records: 3, states: Infinity, ms: Infinity }, stage: () => this.watched('signals', ({ value }) => this.codec.decode('velocity-signals', value as Buffer).signals.map(({ uuid, subject_type }) => [uuid, subject_type]), signalStage(deciding)) });
    return { life, readers: { [EVENTS]: new MortalReader(this.log, group, EVENTS, events, life), [SIGNALS]: new MortalReader(this.log, group, SIGNALS, signals, life) }, end: () => undefined };
  }

  private async startScorer(life: Life): Promise<Process> {
    const [group, packing] = [CONSUMER_GROUPS.bonusScorer.name, CONSUMER_GROUPS.bonusActivity.name];
    const driving = await this.driving(life, group);
    const progress = new ActivityProgress({ codec: this.codec, producer: driving.producer, admin: driving.admin, partitions: PARTITIONS, nowMillis: () => (this.clock += 1_000) / 1_000, onTrouble: () => undefined });
    const activity = (at: TopicPartition) => progress.follow(at, (following) => statefulHandler({ ...driving, producer: following, group: packing, stage: () => this.watched('activity', ({ value }) => [[leadingUuid(value) as string, 'activity']], activityStage(this.codec)) })(at));
    const scoring = statefulHandler({ ...driving, stage: () => this.watched('bonus', ({ value }) => this.codec.decode('bonus-change', value as Buffer).signals.map(({ event_uuid }) => [event_uuid, 'bonus']), scorerStage({ codec: this.codec, policyFor: () => DEFAULT_POLICY, groupOf: () => [], evidenceDays: 60 })) });
    const readers = { [EVENTS]: new MortalReader(this.log, packing, EVENTS, activity, life), [BONUS]: new MortalReader(this.log, group, BONUS, scoring, life) };
    const process = { life, readers, end: () => void progress.close() };
    try {
      for (let partition = 0; partition < PARTITIONS; partition += 1) await readers[EVENTS]?.open(partition);
    } catch (error) {
      process.end();
      throw error;
    }
    return process;
  }

  /** The stage as it is, which fails on poison, and whose work is noted. */
  private watched<Input extends object, Owned extends OwnedStates<Input>>(step: Step, of: (record: LogRecord) => readonly (readonly [uuid: string, what: string])[], stage: Stage<Input, Owned>): Stage<Input, Owned> {
    const held = new WeakMap<Input, ReturnType<typeof of>>();
    return {
      ...stage,
      decode: (record, spare) => {
        const input = stage.decode(record, spare);
        held.set(input, of(record));
        return input;
      },
      fold: (input, states, at) => {
        const what = held.get(input) ?? [];
        if (what.some(([uuid]) => this.poison.get(step)?.has(uuid))) throw new Error('poison');
        const outputs = stage.fold(input, states, at);
        for (const [uuid, seen] of what) this.seen.set(uuid, (this.seen.get(uuid) ?? new Set()).add(seen));
        return outputs;
      },
    };
  }
}

function onlyDeath(error: unknown): void {
  if (!(error instanceof Death)) throw error;
}
