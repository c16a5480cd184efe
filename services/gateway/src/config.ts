import { Type } from '@sinclair/typebox';

/** The gateway's own settings; the shell adds those of every service. */
export const GatewaySettings = Type.Object({
  STAKEWATCH_KEY_PEPPER: Type.String({ minLength: 32, description: 'Pepper of the HMAC that API keys are stored as.' }),
  STAKEWATCH_MAX_SINGLE_BODY_BYTES: Type.Integer({ minimum: 1024, default: 65_536, description: 'Largest body of POST /events, also after inflation.' }),
  STAKEWATCH_MAX_BATCH_BODY_BYTES: Type.Integer({ minimum: 1024, default: 5_242_880, description: 'Largest body of POST /events/batch, also after inflation.' }),
  STAKEWATCH_MAX_IN_FLIGHT_BYTES: Type.Integer({ minimum: 65_536, default: 67_108_864, description: 'Bytes of bodies held at one time; more gets 503.' }),
  STAKEWATCH_MAX_CONNECTIONS: Type.Integer({ minimum: 1, default: 10_000, description: 'Open client connections.' }),
  STAKEWATCH_DELIVERY_TIMEOUT_MS: Type.Integer({ minimum: 500, default: 10_000, description: "Longest wait for Kafka's acknowledgement before 503." }),
  STAKEWATCH_DECISION_TIMEOUT_MS: Type.Integer({ minimum: 100, maximum: 60_000, default: 5_000, description: 'Longest wait for a decision before 504; the decision can then be read by its id.' }),
  STAKEWATCH_MAX_WAITING_DECISIONS: Type.Integer({ minimum: 1, default: 5_000, description: 'Callers that may wait for decisions at one time; more get 503.' }),
});
