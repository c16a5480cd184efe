import { type AvroCodec, type LogRecord, Unreadable } from '@stakewatch/runtime';
import { deliveriesOf } from '../core/deliveries';
import type { EndpointDirectory } from '../dispatch/endpoint-directory';
import type { DeliverySource, Reading } from './source';

/** alerts.v1: each live revision goes to every endpoint of its company that takes its type. */
export function alertsSource(codec: AvroCodec, directory: EndpointDirectory): DeliverySource {
  return {
    async read(records) {
      await codec.learn(records.map(({ value }) => value));
      return records.map((record) => readOne(codec, directory, record));
    },
  };
}

function readOne(codec: AvroCodec, directory: EndpointDirectory, { value }: LogRecord): Reading {
  if (value === null) return { unreadable: 'the record has no value' };
  try {
    const alert = codec.decode('alert', value);
    return { deliveries: deliveriesOf(alert, directory.ofCompany(alert.company_id)) };
  } catch (error) {
    if (error instanceof Unreadable) return { unreadable: error.reason };
    throw error;
  }
}
