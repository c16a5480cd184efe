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

/** @throws {RangeError} when the base is no port, or the highest port would be none. */
export function portsFrom(base: number): Ports {
  if (!Number.isInteger(base) || base < 1024 || base + HIGHEST_OFFSET > 65_535) {
    throw new RangeError(`STAKEWATCH_PORT_BASE must be an integer from 1024 to ${65_535 - HIGHEST_OFFSET}`);
  }
  return Object.fromEntries(Object.entries(OFFSETS).map(([name, offset]) => [name, base + offset])) as Ports;
}
