import type { IncomingHttpHeaders } from 'node:http';
import { invalidParameter } from '../app/api-error';
import { invalid } from './body';

const TAG = /^"(\d{1,9})"$/;

export const etagOf = (version: number): string => `"${version}"`;

/**
 * The version that a change rests on: If-Match with the ETag of what was read, If-None-Match: * for "there must be none yet", or
 * expected_version in the body. Undefined when the caller names none.
 * @throws {ApiError} INVALID_PARAMETER, INVALID_BODY when two of them differ.
 */
export function expectedVersion(headers: Readonly<IncomingHttpHeaders>, inBody?: unknown): number | undefined {
  const named = [fromIfMatch(headers['if-match']), fromIfNoneMatch(headers['if-none-match']), fromBody(inBody)].filter((version) => version !== undefined);
  if (new Set(named).size > 1) throw invalid({ path: 'expected_version', message: 'contradicts If-Match or If-None-Match' });
  return named[0];
}

function fromIfMatch(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const version = TAG.exec(header.trim())?.[1];
  if (version === undefined) throw invalidParameter('If-Match', 'must be the ETag of the rule, a version in quotes such as "3"');
  return Number(version);
}

function fromIfNoneMatch(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (header.trim() !== '*') throw invalidParameter('If-None-Match', 'must be *: there is no such rule yet');
  return 0;
}

function fromBody(sent: unknown): number | undefined {
  if (sent === undefined) return undefined;
  if (typeof sent !== 'number' || !Number.isInteger(sent) || sent < 0 || sent > 999_999_999) throw invalid({ path: 'expected_version', message: 'must be a whole number from 0' });
  return sent;
}
