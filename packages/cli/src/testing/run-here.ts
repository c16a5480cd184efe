import { PassThrough } from 'node:stream';
import { runCli } from '../program';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command line in this process, given what main.ts gives it: a process of its own for each takes a second to load. */
export async function runHere(args: readonly string[], folder: string, variables: NodeJS.ProcessEnv, input = ''): Promise<Ran> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const code = await runCli(args, { streams: { stdout, stderr }, stdin, variables, folder, interrupted: new AbortController().signal });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}
