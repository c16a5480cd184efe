import * as fc from 'fast-check';
import { portsFrom } from './ports';

describe('ports', () => {
  test('stand where the documents say', () => {
    expect(portsFrom(7800)).toMatchObject({ gateway: 7800, kafka: 7801, schemaRegistry: 7803, redis: 7804, clickhouse: 7805, webhookReceiver: 7806, supervisor: 7809, historyWriter: 7813 });
  });

  test('are all different and ports, whatever the base', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 65_520 }), (base) => {
        const ports = Object.values(portsFrom(base));
        expect(new Set(ports).size).toBe(ports.length);
        expect(Math.max(...ports)).toBeLessThanOrEqual(65_535);
      }),
    );
  });

  test.each([80, 65_530, 7800.5, Number.NaN, '80', 'abc', '1e4', '0x1f40', '70000'])('refuses %s as a base, and says so', (base) => {
    expect(() => portsFrom(base)).toThrow(`STAKEWATCH_PORT_BASE is "${base}": it must be an integer from 1024 to 65520`);
  });
});
