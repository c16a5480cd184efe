import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A front in a process of its own, as tests need it: killed and started again on the same data. */
export interface FrontProcess {
  readonly url: string;
  readonly pid: number;
  /** SIGKILL by default; resolves with the exit code (null when killed) once the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const MAIN = join(__dirname, '..', '..', 'dist', 'clickhouse-front', 'main.js');
export const FRONT_ADMIN = { user: 'admin', password: 'admin-password' } as const;
export const FRONT_READER = { user: 'reader', password: 'reader-password' } as const;

/** Resolves once it answers. @throws {Error} with its output when it ends before that. */
export async function startFrontProcess(dataFolder: string, extra: Readonly<Record<string, string>> = {}): Promise<FrontProcess> {
  const prefix = 'STAKEWATCH_CLICKHOUSE_FRONT_';
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      [`${prefix}PORT`]: '0',
      [`${prefix}DATA_DIR`]: dataFolder,
      [`${prefix}USER`]: FRONT_ADMIN.user,
      [`${prefix}PASSWORD`]: FRONT_ADMIN.password,
      [`${prefix}READER_USER`]: FRONT_READER.user,
      [`${prefix}READER_PASSWORD`]: FRONT_READER.password,
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const port = await readyPort(child, gone);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid as number,
    stop(signal = 'SIGKILL') {
      child.kill(signal);
      return gone;
    },
  };
}

async function readyPort(child: ChildProcess, gone: Promise<number | null>): Promise<number> {
  const output: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const ready = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const port = /"msg":"ready","port":(\d+)/.exec(line)?.[1];
      if (port === undefined) output.push(line);
      else resolve(Number(port));
    });
  });
  return Promise.race([ready, gone.then((code): never => { throw new Error(`the front ended with ${code}: ${output.join('\n')}`); })]);
}
