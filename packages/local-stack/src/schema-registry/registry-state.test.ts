import { type RegistryError } from './registry-error';
import { configKey, RegistryState, schemaKey, type StoredRecord } from './registry-state';

const record = (...fields: string[]) => `{"type":"record","name":"A","fields":[${fields.join(',')}]}`;
const A = '{"name":"a","type":"int"}';
const B = '{"name":"b","type":"int"}';
const B_WITH_DEFAULT = '{"name":"b","type":"int","default":0}';

/** Registers in turn, as the store would write it. */
function after(...steps: readonly (readonly [subject: string, schema: string])[]): { state: RegistryState; records: Map<string, StoredRecord> } {
  const records = new Map<string, StoredRecord>();
  for (const [subject, schema] of steps) {
    const { record: made } = new RegistryState(records).register(subject, schema);
    records.set(schemaKey(made.subject, made.version), made);
  }
  return { state: new RegistryState(records), records };
}

const codeOf = (work: () => unknown): number | null => {
  try {
    work();
    return null;
  } catch (error) {
    return (error as RegistryError).code;
  }
};

describe('registering', () => {
  test('gives ids and versions, and the same ones again for the same schema', () => {
    const { state } = after(['x-value', record(A)], ['x-value', record(A, B_WITH_DEFAULT)], ['y-value', record(A)]);
    expect(state.versions('x-value').map(({ id, version }) => [id, version])).toEqual([[1, 1], [2, 2]]);
    expect(state.version('y-value', 'latest')).toMatchObject({ id: 1, version: 1 });
    expect(state.register('x-value', ` ${record(A)} `)).toMatchObject({ isNew: false, record: { id: 1, version: 1 } });
  });

  test('refuses what is no Avro schema with 42201', () => {
    const { state } = after();
    for (const schema of ['{"type":"rekord"}', 'not json', undefined, '{"type":"record","name":"A"}']) expect(codeOf(() => state.register('x', schema))).toBe(42201);
  });

  test('is backward compatible by default: a field without a default is refused with 409', () => {
    const { state } = after(['x', record(A)]);
    expect(codeOf(() => state.register('x', record(A, B)))).toBe(409);
    expect(codeOf(() => state.register('x', record(A, B_WITH_DEFAULT)))).toBeNull();
  });

  test.each([
    ['NONE', record(A, B), true],
    ['FORWARD', record(A, B), true],
    ['FORWARD', record(B_WITH_DEFAULT), false],
    ['FULL', record(A, B_WITH_DEFAULT), true],
    ['FULL', record(A, B), false],
  ] as const)('under %s, %s is allowed: %s', (level, schema, allowed) => {
    const { records } = after(['x', record(A)]);
    records.set(configKey('x'), { compatibilityLevel: level });
    expect(codeOf(() => new RegistryState(records).register('x', schema))).toBe(allowed ? null : 409);
  });

  test('only a transitive level looks past the newest version', () => {
    const { records } = after(['x', record(A)]);
    records.set(configKey(null), { compatibilityLevel: 'NONE' });
    const { record: second } = new RegistryState(records).register('x', record(B));
    records.set(schemaKey('x', 2), second);
    const under = (level: 'BACKWARD' | 'BACKWARD_TRANSITIVE') => new RegistryState(new Map(records).set(configKey('x'), { compatibilityLevel: level })).check('x', null, record(B, '{"name":"c","type":"int","default":1}'));
    expect(under('BACKWARD')).toEqual([]);
    expect(under('BACKWARD_TRANSITIVE')).toHaveLength(1);
  });
});

describe('looking up', () => {
  const { state, records } = after(['x', record(A)], ['x', record(A, B_WITH_DEFAULT)]);

  test('answers Confluent\'s codes for what is not there', () => {
    expect(codeOf(() => state.versions('none'))).toBe(40401);
    expect(codeOf(() => state.version('x', '3'))).toBe(40402);
    expect(codeOf(() => state.version('x', 'newest'))).toBe(42202);
    expect(codeOf(() => state.byId(9))).toBe(40403);
    expect(codeOf(() => state.lookup('x', record(B)))).toBe(40403);
    expect(codeOf(() => state.lookup('none', record(A)))).toBe(40401);
  });

  test('a deleted version is gone from its subject, readable by id, and its number is not given out again', () => {
    const first = state.version('x', '1');
    const left = new RegistryState(new Map(records).set(schemaKey('x', 1), { ...first, deleted: true }).set(schemaKey('x', 2), { ...state.version('x', '2'), deleted: true }));
    expect(left.subjects()).toEqual([]);
    expect(left.byId(1)[0]?.schema).toBe(record(A));
    expect(left.register('x', record(A)).record).toMatchObject({ version: 3, id: 1 });
  });
});
