import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './errors';

export interface QueryParams {
  readonly query: string;
  readonly database: string;
  readonly defaultFormat: string;
  readonly queryId: string | null;
  readonly settings: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  readonly compressResponse: boolean;
}

/** Parameters of the HTTP interface that are not settings of the engine. */
const OWN = new Set([
  'query', 'database', 'default_format', 'query_id', 'user', 'password', 'quota_key', 'role', 'stacktrace',
  'enable_http_compression', 'http_zlib_compression_level', 'wait_end_of_query', 'buffer_size', 'client_protocol_version',
  'send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'http_write_exception_in_output_format', 'cancel_http_readonly_queries_on_client_close',
]);
const UNSUPPORTED = new Set(['session_id', 'compress', 'decompress']);
const NAME = /^[A-Za-z_][A-Za-z0-9_.]{0,127}$/;
const FORMAT = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/**
 * Reads the URL's parameters as ClickHouse's HTTP interface does: its own names, param_<name> for placeholders, all others are
 * settings (the engine refuses unknown ones). Results are always written whole before the answer starts, so wait_end_of_query is always on.
 * @throws {HttpError}
 */
export function readQueryParams(url: URLSearchParams, headers: IncomingHttpHeaders): QueryParams {
  const settings = new Map<string, string>();
  const params = new Map<string, string>();
  for (const [name, value] of url) {
    if (OWN.has(name)) continue;
    if (UNSUPPORTED.has(name)) {
      if (value !== '0' && value !== '') throw new HttpError(501, 48, 'NOT_IMPLEMENTED', `The parameter ${name} is not supported by the local front.`);
    } else if (name.startsWith('param_') && NAME.test(name)) params.set(name.slice('param_'.length), value);
    else if (NAME.test(name)) settings.set(name, value);
    else throw new HttpError(404, 115, 'UNKNOWN_SETTING', `Unknown setting '${name.slice(0, 64)}'.`);
  }
  const defaultFormat = url.get('default_format') ?? header(headers, 'x-clickhouse-format') ?? 'TabSeparated';
  if (!FORMAT.test(defaultFormat)) throw new HttpError(404, 73, 'UNKNOWN_FORMAT', `Unknown format ${defaultFormat.slice(0, 64)}.`);
  return {
    query: url.get('query') ?? '',
    database: url.get('database') || header(headers, 'x-clickhouse-database') || 'default',
    defaultFormat,
    queryId: url.get('query_id') || null,
    settings,
    params,
    compressResponse: url.get('enable_http_compression') === '1',
  };
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
