/** One message to one endpoint, pending until it is delivered or abandoned. */
export interface Delivery {
  /** Key in its queue: the delivery id; for a resend the command's own, so that it never meets the scheduled one. */
  readonly id: string;
  /** Sent as webhook-id; derived from alert, revision and endpoint, the same for every attempt and resend. */
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly companyId: string;
  readonly eventType: string;
  readonly alertId: string;
  readonly revision: number;
  readonly reason: 'schedule' | 'resend';
  /** ResendCommand.commandId; null for the schedule. */
  readonly commandId: string | null;
  /** Microseconds UTC. */
  readonly eventReceivedAt: number;
  /** Attempts made so far. */
  readonly attempts: number;
  /** JSON text, the same bytes in every attempt. */
  readonly body: string;
}

/** What is kept beside the body. */
export type DeliveryHeader = Omit<Delivery, 'id' | 'endpointId' | 'body'>;

export function headerOf({ id: _id, endpointId: _endpointId, body: _body, ...header }: Delivery): DeliveryHeader {
  return header;
}
