export interface ApiAnswer {
  readonly status: number;
  readonly body: any;
}

/** One call: the path after /api/v1, and a body that is sent as JSON, or as it is when it is a text. */
export type ApiCall = (method: string, path: string, body?: unknown, contentType?: string) => Promise<ApiAnswer>;

/** The API of a running stack, as the owner of `key` calls it. Answers of every status are given back; one that is not JSON fails the test. */
export function apiOf({ gateway }: { readonly gateway: string }, key: string): ApiCall {
  return async (method, path, body, contentType = 'application/json') => {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${gateway}/api/v1${path}`, { method, headers: { 'X-API-Key': key, 'Content-Type': contentType }, ...content });
    return { status: response.status, body: await response.json() };
  };
}
