import { setTimeout as delay } from 'node:timers/promises';
import { Retriable } from '../log/port';
import type { AvroCodec } from './port';

const PAUSE_MS = 1_000;
const TELL_EVERY_MS = 10_000;

/** The codec of a service, whose start waits for the schema registry however long it is away or silent, and says so; a schema that it refuses is an error. */
export function patientCodec(codec: AvroCodec, onWaiting: (reason: string) => void): AvroCodec {
  return {
    ...codec,
    async register(name) {
      for (;;) {
        const silent = setInterval(() => onWaiting('it does not answer'), TELL_EVERY_MS);
        try {
          return await codec.register(name);
        } catch (error) {
          if (!(error instanceof Retriable)) throw error;
          onWaiting(error.message);
        } finally {
          clearInterval(silent);
        }
        await delay(PAUSE_MS);
      }
    },
  };
}
