import { CompanyRecord, type FieldError, isCompanyId, type PlanName } from '@stakewatch/contracts';
import { type Decision, notFound, refuse, unchanged } from './decision';
import { writeChecked } from './validate';

export interface NewCompany {
  readonly id: string;
  readonly name: string;
  readonly plan: Exclude<PlanName, 'sandbox'>;
  /** Overrides the plan's requests per minute. */
  readonly requestsPerMinute?: number;
}

/** Creates a company. Repeated with the same content it changes nothing; with other content it is refused. */
export function createCompany(current: CompanyRecord | undefined, company: NewCompany, now: Date): Decision<CompanyRecord> {
  const record: CompanyRecord = { ...company, createdAt: now.toISOString() };
  if (current === undefined) return writeChecked(CompanyRecord, record, idFaults(company.id));
  const errors = differences(current, company);
  return errors.length === 0 ? unchanged(current) : refuse('conflict', `Company ${company.id} exists with another ${errors.map(({ path }) => path).join(' and ')}; nothing was changed.`, errors);
}

/** What differs from the company that there is, each with the command that changes it. */
function differences(current: CompanyRecord, { id, name, plan, requestsPerMinute: limit }: NewCompany): readonly FieldError[] {
  const set = (what: string) => `\`stakewatch companies set-plan ${id} ${what}\` changes it`;
  return [
    ...(current.name === name ? [] : [{ path: 'name', message: `is ${JSON.stringify(current.name)}; \`stakewatch companies rename ${id} ${JSON.stringify(name)}\` changes it` }]),
    ...(current.plan === plan ? [] : [{ path: 'plan', message: `is ${current.plan}; ${set(`--plan ${plan}`)}` }]),
    ...(current.requestsPerMinute === limit ? [] : [{ path: 'requestsPerMinute', message: `is ${current.requestsPerMinute ?? "the plan's"}; ${set(limit === undefined ? '--no-requests-per-minute' : `--requests-per-minute ${limit}`)}` }]),
  ];
}

/** Gives a company another name that people read; its id, which rows and keys hold, stays. */
export function renameCompany(current: CompanyRecord | undefined, id: string, name: string): Decision<CompanyRecord> {
  if (current === undefined) return notFound('company', id);
  return current.name === name ? unchanged(current) : writeChecked(CompanyRecord, { ...current, name });
}

export interface PlanChange {
  readonly plan?: Exclude<PlanName, 'sandbox'>;
  /** Null takes the override away, absent leaves it. */
  readonly requestsPerMinute?: number | null;
}

export function setPlan(current: CompanyRecord | undefined, id: string, change: PlanChange): Decision<CompanyRecord> {
  if (current === undefined) return notFound('company', id);
  const { requestsPerMinute: before, ...rest } = current;
  const limit = change.requestsPerMinute === undefined ? before : (change.requestsPerMinute ?? undefined);
  const plan = change.plan ?? current.plan;
  if (plan === current.plan && limit === before) return unchanged(current);
  return writeChecked(CompanyRecord, { ...rest, plan, ...(limit === undefined ? {} : { requestsPerMinute: limit }) });
}

function idFaults(id: string) {
  return isCompanyId(id) || !id.endsWith('-sandbox') ? [] : [{ path: 'id', message: 'must not end in -sandbox: that names a sandbox scope' }];
}
