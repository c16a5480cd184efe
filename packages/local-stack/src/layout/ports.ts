/** Every port of a local stack, from one base, so that two copies run side by side. */
export const DEFAULT_PORT_BASE = 7800;

const OFFSETS = {
  gateway: 0,
  kafka: 1,
  kafkaController: 2,
  schemaRegistry: 3,
  redis: 4,
  clickhouse: 5,
  webhookReceiver: 6,
  supervisor: 9,
  velocityDetector: 11,
  alertDispatcher: 12,
  historyWriter: 13,
  transactionMonitor: 14,
  bonusScorer: 15,
} as const;

export type PortName = keyof typeof OFFSETS;
export type Ports = Readonly<Record<PortName, number>>;

const HIGHEST_OFFSET = Math.max(...Object.values(OFFSETS));

/** Below it, ports are for processes with privileges. */
const LOWEST = 1024;

/** @throws {RangeError} when the base is no port, or the highest port would be none. */
export function portsFrom(base: number | string): Ports {
  const number = typeof base === 'number' ? base : /^\d+$/.test(base) ? Number(base) : Number.NaN;
  if (!Number.isInteger(number) || number < LOWEST || number + HIGHEST_OFFSET > 65_535) {
    throw new RangeError(`STAKEWATCH_PORT_BASE is ${JSON.stringify(String(base).slice(0, 40))}: it must be an integer from ${LOWEST} to ${65_535 - HIGHEST_OFFSET} (the ports up to ${HIGHEST_OFFSET} above it are taken, too)`);
  }
  return Object.fromEntries(Object.entries(OFFSETS).map(([name, offset]) => [name, number + offset])) as Ports;
}
