import { type Static, Type } from '@sinclair/typebox';

/** How the receiver answers, for tests of those who send to it. */
export const Behaviour = Type.Object(
  {
    /** Absent or null: every company. */
    company: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    mode: Type.Union(['ok', 'status', 'hang', 'redirect', 'endless', 'slow', 'reset'].map((mode) => Type.Literal(mode))),
    /** For status. */
    status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
    /** Retry-After header of status. */
    retryAfter: Type.Optional(Type.String({ maxLength: 100 })),
    /** For redirect. */
    location: Type.Optional(Type.String({ maxLength: 2_000 })),
    /** For slow: milliseconds before the answer. */
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    /** So many messages, then ok again; absent: until changed. */
    times: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);
export type Behaviour = Static<typeof Behaviour>;

/** Behaviours by company, the one for every company beneath. Pure state. */
export class Behaviours {
  private readonly byCompany = new Map<string, Behaviour & { left: number }>();

  set(behaviour: Behaviour): void {
    const key = behaviour.company ?? '';
    if (behaviour.mode === 'ok') this.byCompany.delete(key);
    else this.byCompany.set(key, { ...behaviour, left: behaviour.times ?? Infinity });
  }

  list(): readonly Behaviour[] {
    return [...this.byCompany.values()].map(({ left: _left, ...behaviour }) => behaviour);
  }

  /** What to do with the next message of a company; null: take it. */
  next(company: string): Behaviour | null {
    const key = this.byCompany.has(company) ? company : '';
    const found = this.byCompany.get(key);
    if (!found) return null;
    found.left -= 1;
    if (found.left <= 0) this.byCompany.delete(key);
    return found;
  }
}
