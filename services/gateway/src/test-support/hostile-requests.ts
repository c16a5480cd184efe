/** What nobody means to send: made from the examples of the OpenAPI document, so that a new route has its share without a word here. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** The parts of an OpenAPI document that this reads; schemas nest freely. */
type Node = Readonly<Record<string, any>>;

const TEXTS = ['', ' ', '\u0000', '%00', '..', 'x'.repeat(300), '-1', '1e400', '9007199254740993', 'constructor', '__proto__', '😀', '"', '\\', 'a|b', 'a/b', '2026-02-30', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];
const VALUES: readonly unknown[] = [null, true, -1, 1.5, 1e308, 5e-324, 2 ** 53, '', '\u0000', '\ud800', 'x'.repeat(20_000), '1'.repeat(400), [], {}, [[null]], 'constructor', '2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z'];
const BODIES = ['', 'null', '[]', '{}', '1', '{', '[{}]', '\ufeff{}', '{"a":1e999}', '{"__proto__":{}}', `${'['.repeat(5_000)}${']'.repeat(5_000)}`];
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const DEEP: unknown = Array.from({ length: 4_000 }).reduce((inner) => [inner], null);
/** Of one body, about so many. */
const MOST_OF_BODY = 90;

/** `unique` names each record anew: what is sent twice is not decided on again. */
export function* hostileRequests(document: Node, unique: () => string): Generator<HostileRequest> {
  for (const [path, item] of Object.entries(document['paths'] as Node)) {
    for (const [method, operation] of Object.entries(item as Node)) {
      if (!METHODS.includes(method)) continue;
      const at = (changes: Readonly<Record<string, string>> = {}) => filled(path, parameters, changes);
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((node: Node) => found(document, node));
      const examples = examplesOf(document, operation.requestBody);
      const body = examples === null ? {} : { body: JSON.stringify(examples[0] ?? {}) };
      for (const { name } of parameters.filter((parameter) => parameter.in !== 'header')) for (const text of TEXTS) yield { method, path: at({ [name]: text }), ...body };
      if (examples === null) continue;
      for (const text of BODIES) yield { method, path: at(), body: text };
      for (const example of examples) for (const [place, value] of changesOf(example)) yield { method, path: at(), body: JSON.stringify(changed(named(example, unique), place, value)) };
    }
  }
}

function found(document: Node, node: Node): Node {
  const reference = node?.['$ref'] as string | undefined;
  return reference === undefined ? node : reference.slice(2).split('/').reduce<any>((inner, name) => inner[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

/** Null for an operation without a JSON body. */
function examplesOf(document: Node, body: Node | undefined): readonly unknown[] | null {
  const media = body && found(document, body)['content']?.['application/json'];
  if (!media) return null;
  return [media.example, ...Object.values<Node>(media.examples ?? {}).map((example) => found(document, example)['value']), ...(found(document, media.schema)['examples'] ?? [])].filter((example) => example !== undefined);
}

function filled(path: string, parameters: readonly Node[], changes: Readonly<Record<string, string>>): string {
  const whole = parameters.filter(({ in: place }) => place === 'path').reduce((text, { name, example, schema }) => text.replace(`{${name}}`, encodeURIComponent(changes[name] ?? example ?? schema?.examples?.[0] ?? 'abc')), path);
  const query = parameters.filter(({ in: place, name }) => place === 'query' && changes[name] !== undefined).map(({ name }) => `${name}=${encodeURIComponent(changes[name] as string)}`);
  return query.length === 0 ? whole : `${whole}?${query.join('&')}`;
}

/** A place in the body, and what is to stand there; undefined takes it away, since JSON has no such value. */
function changesOf(body: unknown): readonly (readonly [readonly string[], unknown])[] {
  const changes = placesIn(body).flatMap((place) => [...VALUES, DEEP, undefined].map((value) => [place, value] as const));
  return changes.filter((_, index) => isTaken(index, MOST_OF_BODY / changes.length));
}

/** So large a share of all numbers, the same ones each time, in no step with how many values there are. */
const isTaken = (index: number, share: number): boolean => (Math.imul(index, 0x9e3779b1) >>> 0) / 2 ** 32 < share;

function placesIn(value: unknown, place: readonly string[] = []): readonly (readonly string[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, each]) => placesIn(each, [...place, name])) : [];
  return place.length === 0 ? inner : [place, ...inner];
}

function changed(body: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (Array.isArray(body)) return body.map((each, index) => (String(index) === name ? changed(each, rest, value) : (each as unknown)));
  return { ...(body as object), [name]: changed((body as Record<string, unknown>)[name], rest, value) };
}

const NAMES = ['external_event_id', 'transaction_id', 'txnId'];

function named(body: unknown, unique: () => string): unknown {
  if (Array.isArray(body)) return body.map((each) => named(each, unique));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, NAMES.includes(name) && typeof value === 'string' ? unique() : named(value, unique)]));
}
