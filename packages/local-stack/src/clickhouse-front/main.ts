/** The local ClickHouse: `node packages/local-stack/dist/clickhouse-front/main.js`, configured only by environment. */
import { readFrontSettings } from './settings';

// Queries run on libuv's threads beside file I/O; the pool's size is read at its first use, so before anything else is loaded.
process.env.UV_THREADPOOL_SIZE ??= '16';

async function main(): Promise<void> {
  const settings = readFrontSettings(process.env);
  const { startFront } = await import('./front.js');
  const front = await startFront(settings);
  console.log(JSON.stringify({ level: 'info', name: 'clickhouse-front', msg: 'ready', port: front.port, dataFolder: settings.dataFolder, users: settings.users.map(({ name, readOnly }) => ({ name, readOnly })) }));
  const stop = (): void => {
    front.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function fail(error: unknown): void {
  console.error(JSON.stringify({ level: 'fatal', name: 'clickhouse-front', msg: error instanceof Error ? error.message : String(error) }));
  process.exit(1);
}

main().catch(fail);
