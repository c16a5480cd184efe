/** Bounds on what is being sent at a time by one process. */
export interface SocketLimits {
  readonly total: number;
  readonly perEndpoint: number;
  /** Of `total`, what all troubled endpoints together may hold: the rest is always there for healthy ones. */
  readonly troubled: number;
}

export interface SocketUse {
  readonly total: number;
  readonly troubled: number;
}

export interface LaneUse {
  readonly inFlight: number;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
}

const TROUBLED_AFTER = 3;

export function isTroubled({ consecutiveFailures }: Pick<LaneUse, 'consecutiveFailures'>): boolean {
  return consecutiveFailures >= TROUBLED_AFTER;
}

/**
 * How many more attempts an endpoint may have now. A troubled one gets a single socket, out of a share of its own, so that
 * any number of dead endpoints never takes the sockets of a living one; a success gives it its full width back.
 */
export function freeSlots(limits: SocketLimits, use: SocketUse, lane: LaneUse): number {
  const width = isTroubled(lane) ? 1 : limits.perEndpoint;
  const share = isTroubled(lane) ? limits.troubled - use.troubled : limits.total - use.total;
  return Math.max(0, Math.min(width - lane.inFlight, share, limits.total - use.total));
}
