import type { RuleFault } from './parse-rule';

/** Collects faults while a definition is read; each check says whether the value may be used. */
export class Checks {
  readonly faults: RuleFault[] = [];

  fault(path: string, message: string, at?: { start: number | null; end: number | null }): false {
    this.faults.push(at && at.start !== null ? { path, message, start: at.start, end: at.end ?? at.start } : { path, message });
    return false;
  }

  text(path: string, value: unknown, longest: number): value is string {
    if (typeof value !== 'string' || value.trim() === '') return this.fault(path, 'must be a text');
    return value.length <= longest || this.fault(path, `is longer than ${longest} characters`);
  }

  oneOf(path: string, value: unknown, allowed: readonly string[]): boolean {
    return (typeof value === 'string' && allowed.includes(value)) || this.fault(path, `must be one of ${allowed.join(', ')}`);
  }

  /** One or a list of `allowed`. */
  someOf(path: string, value: unknown, allowed: readonly string[]): boolean {
    const list: unknown = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(list) || list.length === 0) return this.fault(path, `must be one or a list of ${allowed.join(', ')}`);
    return list.map((item, index) => this.oneOf(typeof value === 'string' ? path : `${path}[${index}]`, item, allowed)).every(Boolean);
  }

  number(path: string, value: unknown, least: number, greatest: number): value is number {
    return (typeof value === 'number' && value >= least && value <= greatest) || this.fault(path, `must be a number from ${least} to ${greatest}`);
  }

  object(path: string, value: unknown): value is Record<string, unknown> {
    return (typeof value === 'object' && value !== null && !Array.isArray(value)) || this.fault(path, 'must be an object');
  }

  onlyKeys(path: string, value: Record<string, unknown>, allowed: readonly string[]): void {
    for (const key of Object.keys(value)) if (!allowed.includes(key)) this.fault(path === '' ? key : `${path}.${key}`, `is not known here; known: ${allowed.join(', ')}`);
  }
}
