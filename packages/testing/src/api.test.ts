import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { apiOf } from './api';

/** Answers with what it was asked. */
const server = createServer((request, response) => {
  const { method, url, headers } = request;
  void text(request).then((body) => response.writeHead(method === 'GET' ? 404 : 201).end(JSON.stringify({ method, url, key: headers['x-api-key'], type: headers['content-type'], body })));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

test('a call goes to the API with its key, and gives back what is answered', async () => {
  const call = apiOf({ gateway: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, 'sw_test_key');
  expect(await call('POST', '/events', { a: 1 })).toEqual({ status: 201, body: { method: 'POST', url: '/api/v1/events', key: 'sw_test_key', type: 'application/json', body: '{"a":1}' } });
  expect(await call('PUT', '/x', 'as it is', 'text/plain')).toMatchObject({ body: { type: 'text/plain', body: 'as it is' } });
  expect(await call('GET', '/x?y=1')).toMatchObject({ status: 404, body: { url: '/api/v1/x?y=1', body: '' } });
});
