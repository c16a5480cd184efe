/**
 * An answer that is an error, as ClickHouse's HTTP interface gives it: `Code: N. DB::Exception: … (NAME)` as text, with
 * X-ClickHouse-Exception-Code. @clickhouse/client reads code and name from that text.
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly status: number,
    readonly code: number,
    readonly codeName: string,
    message: string,
  ) {
    super(message);
  }

  get body(): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.codeName})\n`;
  }
}

/** Status by exception code; source: ClickHouse, src/Server/HTTP/exceptionCodeToHTTPStatus.cpp. */
const STATUS_BY_CODE: readonly (readonly [number, readonly number[]])[] = [
  [400, [6, 26, 27, 33, 36, 38, 41, 43, 44, 53, 62, 70, 72, 117, 130, 131, 158, 179, 184, 207, 241, 386, 427, 456, 457, 467, 508, 636]],
  [403, [164, 192, 193, 194, 497, 516, 691]],
  [404, [46, 47, 50, 56, 60, 63, 73, 75, 80, 81, 108, 115, 142, 232]],
  [408, [159, 209]],
  [413, [307, 396, 158]],
  [501, [1, 48]],
];

/** From an error that the engine threw. Its text may start with "Query failed:" and may repeat "Code: N." */
export function engineError(error: unknown): HttpError {
  const text = (error instanceof Error ? error.message : String(error)).replace(/^Query failed:\s*/, '').trim();
  const match = /^Code: (\d+)\. DB::Exception: ([\s\S]*?)(?:\s*\(([A-Z][A-Z0-9_]+)\))?$/.exec(text);
  if (!match) return new HttpError(500, 1002, 'UNKNOWN_EXCEPTION', text);
  const code = Number(match[1]);
  const message = (match[2] as string).replace(/^(?:Code: \d+\. DB::Exception: )+/, '');
  return new HttpError(statusOf(code), code, match[3] ?? 'UNKNOWN_EXCEPTION', message);
}

function statusOf(code: number): number {
  return STATUS_BY_CODE.find(([, codes]) => codes.includes(code))?.[0] ?? 500;
}
