import { type DestinationStream, type Logger, pino } from 'pino';
import { logOutput } from './log-output';

/** Fields that never reach a log line, at the top or one level down: secrets and personal data (ecosystem.md, case 17). */
const REDACTED = [
  'apiKey', 'x-api-key', 'authorization', 'password', 'secret', 'secrets', 'secretKey', 'pepper', 'hash',
  'phone', 'player_phone', 'ip', 'ip_address', 'user_agent', 'email', 'name', 'fullName', 'body', 'value',
];

/** JSON lines on standard output, one service per process. Times are ISO 8601 in UTC. */
export function createLogger(service: string, level: string, destination: DestinationStream = logOutput()): Logger {
  const options = {
    base: { service, pid: process.pid },
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED.flatMap((field) => [`["${field}"]`, `*["${field}"]`]), censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}
