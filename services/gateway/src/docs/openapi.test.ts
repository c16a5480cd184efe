import { Ajv2020 } from 'ajv/dist/2020';
import { addEventFormats } from '../events/formats';
import { FlatEvent, GroupedEvent } from '../events/schemas';
import { BATCH_EXAMPLE, CURL_EXAMPLE, GROUPED_EXAMPLE } from './examples';
import { openApiDocument } from './openapi';

const document = JSON.parse(JSON.stringify(openApiDocument('1.0.0'))) as { components: { schemas: Record<string, object> } };

function validator(name: string) {
  const ajv = new Ajv2020({ strict: false });
  addEventFormats(ajv, { has: () => true });
  ajv.addSchema(document, 'openapi');
  return ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
}

test('the documented event schemas are the ones that validate', () => {
  expect(document.components.schemas['GroupedEvent']).toEqual(JSON.parse(JSON.stringify(GroupedEvent)));
  expect(document.components.schemas['FlatEvent']).toEqual(JSON.parse(JSON.stringify(FlatEvent)));
});

test('every example fits its schema', () => {
  for (const example of [CURL_EXAMPLE, GROUPED_EXAMPLE]) expect(validator('Event')(example)).toBe(true);
  expect(validator('EventBatch')(BATCH_EXAMPLE)).toBe(true);
  expect(validator('Event')({ ...CURL_EXAMPLE, amount: '1' })).toBe(false);
});
