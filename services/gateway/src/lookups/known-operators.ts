import { type LookupRecord, PAYMENT_OPERATORS, type PaymentOperator } from '@stakewatch/contracts';
import type { ControlTable } from '@stakewatch/runtime';
import type { KnownOperators } from '../events/formats';

/** The document's payment operators and those of control.lookups.v1; a configured one replaces a built-in of the same code. */
export interface OperatorList extends KnownOperators {
  list(): readonly PaymentOperator[];
}

export function createOperatorList(lookups: ControlTable<LookupRecord>): OperatorList {
  let version = -1;
  let byCode = new Map<string, PaymentOperator>();
  const current = () => {
    if (version !== lookups.version) {
      version = lookups.version;
      const configured = [...lookups.values()].map(({ id, code, name, country }) => ({ id, code, name, country }));
      byCode = new Map([...PAYMENT_OPERATORS, ...configured].map((operator) => [operator.code, operator]));
    }
    return byCode;
  };
  return {
    has: (code) => current().has(code),
    list: () => [...current().values()].sort((a, b) => a.id - b.id || a.code.localeCompare(b.code)),
  };
}
