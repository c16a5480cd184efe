/** What is used here of kafkajs 2.2.4's src/network/requestQueue. */
export interface RequestQueue {
  /** Requests that wait for a place in flight, or for the end of a throttle. */
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

let done = false;

/**
 * kafkajs looks every millisecond, on each connection, whether a request waits: the timer is set anew also when none does
 * (tulios/kafkajs#1704). A service with a handful of connections wakes up a thousand times a second for it, and has no quiet moment.
 * Nothing is lost without it: what has to wait sets the timer itself, and what comes back looks for what waits.
 */
export function letIdleConnectionsRest(): void {
  if (done) return;
  done = true;
  const { prototype } = requestQueueClass();
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}

/** Not part of what kafkajs exports; its version is pinned, and the test of this file uses the real one. */
export function requestQueueClass(): { readonly prototype: RequestQueue; new (options: object): RequestQueue } {
  return require('kafkajs/src/network/requestQueue') as ReturnType<typeof requestQueueClass>;
}
