import fc from 'fast-check';
import { freeSlots } from './admission';

const limits = { total: 16, perEndpoint: 4, troubled: 4 };

test('a healthy endpoint has its width, a troubled one a single socket', () => {
  expect(freeSlots(limits, { total: 0, troubled: 0 }, { inFlight: 1, consecutiveFailures: 0 })).toBe(3);
  expect(freeSlots(limits, { total: 0, troubled: 0 }, { inFlight: 0, consecutiveFailures: 3 })).toBe(1);
});

test('dead endpoints, however many, leave sockets to the living', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 400 }), (dead) => {
      const lanes = dead.map((isDead) => ({ inFlight: 0, consecutiveFailures: isDead ? 9 : 0 }));
      for (const lane of lanes) {
        const troubled = lanes.filter(({ consecutiveFailures }) => consecutiveFailures > 0).reduce((sum, { inFlight }) => sum + inFlight, 0);
        lane.inFlight += freeSlots(limits, { total: lanes.reduce((sum, { inFlight }) => sum + inFlight, 0), troubled }, lane);
      }
      const inUse = (isDead: boolean) => lanes.filter(({ consecutiveFailures }) => consecutiveFailures > 0 === isDead).reduce((sum, { inFlight }) => sum + inFlight, 0);
      expect(inUse(true)).toBeLessThanOrEqual(limits.troubled);
      expect(inUse(true) + inUse(false)).toBeLessThanOrEqual(limits.total);
    }),
  );
});
