import type { FieldError, Language } from '@stakewatch/contracts';
import type { ErrorObject } from 'ajv/dist/2020';
import { type Expectation, isRequired, isUnknown, mustBe } from './messages';

const SHOWN_NAME = 100;

/** Where in the body the error is, as `a.b.0.c`; '' for the body itself. */
export const pathOf = (error: ErrorObject): string => error.instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');

/** The fault of a field that is missing, or that nobody knows; null for errors about a value. */
export function nameFault(error: ErrorObject, language: Language): FieldError | null {
  const inside = (name: unknown): string => [pathOf(error), String(name).slice(0, SHOWN_NAME)].filter((part) => part !== '').join('.');
  if (error.keyword === 'required') {
    const path = inside(error.params['missingProperty']);
    return { path, message: isRequired(path, language) };
  }
  if (error.keyword === 'additionalProperties') {
    const path = inside(error.params['additionalProperty']);
    return { path, message: isUnknown(path, language) };
  }
  return null;
}

/** Any fault of a body. `ownMessage` words those that a surface tells in its own way; null: the usual wording. */
export function bodyFault(error: ErrorObject, language: Language, ownMessage: (path: string) => string | null): FieldError {
  const path = pathOf(error) || 'body';
  return nameFault(error, language) ?? { path, message: ownMessage(path) ?? mustBe(path, error.parentSchema as Expectation, error.data, language) };
}
