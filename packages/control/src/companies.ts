import { CompanyRecord, isCompanyId, type PlanName } from '@stakewatch/contracts';
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
  const same = current.name === company.name && current.plan === company.plan && current.requestsPerMinute === company.requestsPerMinute;
  return same ? unchanged(current) : refuse('conflict', `Company ${company.id} exists with other content; change it with set-plan.`);
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
