/** Requests per minute by plan (document 000 "Rate Limiting", document 004 "API Rate Limits"; spec README "Rate limits"). A batch is one request. */
export const PLANS = {
  standard: { requestsPerMinute: 1000 },
  premium: { requestsPerMinute: 5000 },
  sandbox: { requestsPerMinute: 300 },
} as const;

export type PlanName = keyof typeof PLANS;
