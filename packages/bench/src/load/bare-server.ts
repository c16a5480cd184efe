import { createServer } from 'node:http';

/** The limit for singles: a bare node:http server that reads the body, parses it and answers 202. Port by argument. */
const port = Number(process.argv[2]);

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'POST') JSON.parse((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8'));
    response.writeHead(request.method === 'POST' ? 202 : 200, { 'content-type': 'application/json' });
    response.end('{"success":true}');
  });
}).listen(port, '127.0.0.1');
