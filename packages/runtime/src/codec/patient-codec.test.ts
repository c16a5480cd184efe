import { Retriable } from '../log/port';
import { patientCodec } from './patient-codec';
import type { AvroCodec } from './port';

/** A codec whose registry answers the first calls so, and then takes the schema. */
function codecOf(...answers: readonly (() => Promise<never>)[]) {
  let calls = 0;
  const told: string[] = [];
  const register = async (): Promise<void> => answers[calls++]?.();
  return { told, codec: patientCodec({ register } as unknown as AvroCodec, (reason) => told.push(reason)) };
}

const away = () => Promise.reject(new Retriable('connect ECONNREFUSED'));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a start waits for a registry that is away, and says so', async () => {
  const { codec, told } = codecOf(away, away);
  const registered = codec.register('alert');
  await jest.advanceTimersByTimeAsync(2_000);
  await registered;
  expect(told).toEqual(['connect ECONNREFUSED', 'connect ECONNREFUSED']);
});

test('one that accepts connections and stays silent is told of, too', async () => {
  const { codec, told } = codecOf(() => new Promise(() => undefined));
  void codec.register('alert');
  await jest.advanceTimersByTimeAsync(25_000);
  expect(told).toEqual(['it does not answer', 'it does not answer']);
});

test('a schema that the registry refuses ends the start', async () => {
  const { codec, told } = codecOf(() => Promise.reject(new Error('incompatible')));
  await expect(codec.register('alert')).rejects.toThrow('incompatible');
  expect(told).toEqual([]);
});
