/** What the tests send: the gateway's URL and a key bound to short calls. */
export interface Caller {
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Tests look into answers freely. */
  readonly body: any;
}

export function caller(url: string, apiKey: string): Caller {
  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
  };
  return {
    post: (path, body, headers = {}) =>
      call(path, { method: 'POST', body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'X-API-Key': apiKey, ...headers } }),
    get: (path, headers = {}) => call(path, { headers: { 'X-API-Key': apiKey, ...headers } }),
  };
}
