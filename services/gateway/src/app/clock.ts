/** Wall clock in microseconds: the system's milliseconds, refined by the monotonic clock, and set right when the system's is. */
const DRIFT_ALLOWED_MS = 2;
let origin = performance.timeOrigin;

export function nowMicros(): number {
  const now = origin + performance.now();
  const system = Date.now();
  if (Math.abs(now - system) > DRIFT_ALLOWED_MS) {
    origin += system - now;
    return system * 1000;
  }
  return Math.floor(now * 1000);
}
