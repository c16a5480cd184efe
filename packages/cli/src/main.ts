import { EXIT } from './exit-codes';
import { runCli } from './program';

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
process.once('SIGTERM', () => interruption.abort());
// A reader that closed the pipe (head, less) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed));

void runCli(process.argv.slice(2), {
  streams: { stdout: process.stdout, stderr: process.stderr },
  stdin: process.stdin,
  variables: process.env,
  folder: process.cwd(),
  interrupted: interruption.signal,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
