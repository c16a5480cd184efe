/** What a stack consists of, in which order it starts and ends. Pure. */
export interface PlannedStep {
  readonly name: string;
  /** Steps that must be ready before this one starts. */
  readonly needs: readonly string[];
  /** A task runs once, when everything it needs is there; it is left out when one of its needs is. */
  readonly kind: 'process' | 'task';
}

/** Names that people use for parts. */
const ALIASES: Readonly<Record<string, string>> = { registry: 'schema-registry', receiver: 'webhook-receiver', detector: 'velocity-detector', dispatcher: 'alert-dispatcher' };

/** @throws {Error} for a name that no process has. */
export function parseOnly(text: string, steps: readonly PlannedStep[]): readonly string[] {
  const known = steps.filter(({ kind }) => kind === 'process').map(({ name }) => name);
  const asked = text.split(',').map((name) => name.trim()).filter(Boolean).map((name) => ALIASES[name] ?? name);
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0 || asked.length === 0) throw new Error(`unknown part: ${unknown.join(', ') || '(none given)'}; the parts are ${known.join(', ')}`);
  return asked;
}

/**
 * The steps that run, each after all it needs. With `only`, exactly those processes run, and the tasks whose needs all do;
 * a need that does not run is the caller's business.
 * @throws {Error} when steps need each other in a circle.
 */
export function startOrder<S extends PlannedStep>(steps: readonly S[], only: readonly string[] | null): readonly S[] {
  const running = new Set(chosen(steps, only));
  const ordered: S[] = [];
  const placed = new Set<string>();
  let waiting = steps.filter(({ name }) => running.has(name));
  while (waiting.length > 0) {
    const free = waiting.filter((step) => step.needs.every((need) => !running.has(need) || placed.has(need)));
    if (free.length === 0) throw new Error(`these need each other: ${waiting.map(({ name }) => name).join(', ')}`);
    for (const step of free) {
      ordered.push(step);
      placed.add(step.name);
    }
    waiting = waiting.filter((step) => !placed.has(step.name));
  }
  return ordered;
}

/** The processes in rounds: each round may end at once, after all that needed it have ended. */
export function stopRounds<S extends PlannedStep>(started: readonly S[]): readonly (readonly S[])[] {
  const rounds: S[][] = [];
  let left = [...started];
  while (left.length > 0) {
    const needed = new Set(left.flatMap((step) => allNeeds(step, started)));
    const free = left.filter(({ name }) => !needed.has(name));
    rounds.push(free.filter(({ kind }) => kind === 'process'));
    left = left.filter((step) => !free.includes(step));
  }
  return rounds.filter((round) => round.length > 0);
}

function chosen(steps: readonly PlannedStep[], only: readonly string[] | null): readonly string[] {
  if (only === null) return steps.map(({ name }) => name);
  const running = new Set(only);
  const tasks = steps.filter(({ kind }) => kind === 'task');
  for (let grew = true; grew; ) {
    const more = tasks.filter((task) => !running.has(task.name) && task.needs.every((need) => running.has(need)));
    for (const { name } of more) running.add(name);
    grew = more.length > 0;
  }
  return [...running];
}

function allNeeds(step: PlannedStep, steps: readonly PlannedStep[]): readonly string[] {
  return step.needs.flatMap((need) => {
    const found = steps.find(({ name }) => name === need);
    return found ? [need, ...allNeeds(found, steps)] : [];
  });
}
