import Redis from 'ioredis';

/** A connection as main.ts makes it for the hot path, once it is ready: fails fast, queues nothing. */
export async function hotRedis(url: string): Promise<Redis> {
  const connection = new Redis(url, { commandTimeout: 500, enableOfflineQueue: false, maxRetriesPerRequest: 0, disconnectTimeout: 10 });
  connection.on('error', () => undefined);
  await new Promise<void>((resolve) => connection.once('ready', resolve));
  return connection;
}
