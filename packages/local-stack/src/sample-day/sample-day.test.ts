import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { ABUSES } from './abuses';
import { readFixtures } from './fixtures';
import { playSampleDay, SampleDayRefused } from './play';
import { makeSampleDay, type SampleEvent } from './sample-day';

const now = new Date('2026-11-21T15:04:05.678Z');
const companyIds = ['acme', 'zenith', 'acme-sandbox'];
const day = makeSampleDay({ companyIds, now });
const events = day.companies.flatMap(({ companyId, events: own }) => own.map((event) => ({ companyId, ...event })));
const plantedPlayers = new Set(day.planted.map(({ companyId, playerId }) => `${companyId}|${playerId}`));
const plantedSubjects = new Set(day.planted.map(({ subject }) => subject));
const isOrdinary = (event: SampleEvent & { companyId: string }) =>
  !plantedPlayers.has(`${event.companyId}|${event.player.id}`) && ![event.metadata.device_id, event.player.phone, event.metadata.ip_address].some((shared) => plantedSubjects.has(shared));

test('the fixtures are real matches with odds and a score', () => {
  const fixtures = readFixtures();
  expect(fixtures).toHaveLength(80);
  expect(fixtures[0]).toEqual({ id: 'match_1', name: 'Wolves vs Luton', competition: 'Premier League', odds: { home: 1.98, draw: 3.83, away: 3.58 }, result: 'home' });
  expect(fixtures.every(({ odds }) => Math.min(odds.home, odds.draw, odds.away) > 1)).toBe(true);
});

test('about 5000 events, every abuse planted for every company', () => {
  expect(events.length).toBeGreaterThanOrEqual(5000);
  expect(events.length).toBeLessThan(5200);
  expect(day.planted).toHaveLength(companyIds.length * Object.keys(ABUSES).length);
  expect(new Set(events.map(({ event }) => event.currency))).toEqual(new Set(['XOF', 'GHS', 'NGN', 'EUR']));
  expect(events.filter(({ event }) => event.currency === 'XOF').length / events.length).toBeGreaterThan(0.6);
});

test('at any moment: less than 24 h old, never in the future, oldest first', () => {
  fc.assert(fc.property(fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }), (at) => {
    for (const { events: own } of makeSampleDay({ companyIds: ['acme'], now: at, events: 600 }).companies) {
      const times = own.map(({ event }) => Date.parse(event.timestamp));
      expect(Math.min(...times)).toBeGreaterThan(at.getTime() - 24 * 3_600_000);
      expect(Math.max(...times)).toBeLessThan(at.getTime());
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  }), { numRuns: 10 });
});

test('the same seed and day give the same events but for their timestamps; another day or seed gives others', () => {
  const untimed = (made: typeof day) => made.companies.map(({ events: own }) => own.map((event) => ({ ...event, event: { ...event.event, timestamp: '' } })));
  const ids = (made: typeof day) => new Set(made.companies.flatMap(({ events: own }) => own.map(({ event_id: id }) => id)));
  expect(untimed(makeSampleDay({ companyIds, now: new Date('2026-11-21T23:59:00Z') }))).toEqual(untimed(day));
  const known = ids(day);
  expect([...ids(makeSampleDay({ companyIds, now: new Date('2026-11-22T00:01:00Z') }))].some((id) => known.has(id))).toBe(false);
  expect([...ids(makeSampleDay({ companyIds, now, seed: 'other' }))].some((id) => known.has(id))).toBe(false);
});

test('event ids are unique within a company, amounts are positive integers', () => {
  for (const { events: own } of day.companies) expect(new Set(own.map(({ event_id: id }) => id)).size).toBe(own.length);
  expect(events.every(({ event }) => Number.isSafeInteger(event.amount) && event.amount > 0)).toBe(true);
});

test('balances add up, but for the planted mismatch', () => {
  const sign: Record<string, number> = { DEPOSIT: 1, WITHDRAWAL: -1, BET_PLACED: -1, BET_WON: 1, BET_LOST: 0, REFUND: 1, CASHOUT: 1, JACKPOT: 1 };
  const wrong = events.filter(({ event: { type, amount, balance_before: before, balance_after: after } }) => before !== undefined && after !== before + (sign[type] as number) * amount);
  const mismatches = day.planted.filter(({ ruleId }) => ruleId === 'balance-mismatch').map(({ companyId, playerId }) => `${companyId}|${playerId}`);
  expect(wrong.map(({ companyId, player }) => `${companyId}|${player.id}`).sort()).toEqual(mismatches.sort());
  expect(events.every(({ event }) => (event.balance_after ?? 0) >= 0)).toBe(true);
});

test('ordinary players are quiet: one deposit, minutes between bets, nothing shared', () => {
  const byPlayer = group(events.filter(isOrdinary));
  expect(byPlayer.size).toBeGreaterThan(100);
  for (const own of byPlayer.values()) {
    const of = (type: string) => own.filter(({ event }) => event.type === type);
    const bets = of('BET_PLACED').map(({ event }) => Date.parse(event.timestamp));
    expect(of('DEPOSIT')).toHaveLength(1);
    expect(of('WITHDRAWAL').length).toBeLessThanOrEqual(1);
    expect(of('JACKPOT')).toHaveLength(0);
    bets.slice(1).forEach((at, index) => expect(at - (bets[index] as number)).toBeGreaterThanOrEqual(120_000));
    expect(new Set(own.map(({ metadata }) => metadata.ip_address)).size).toBe(1);
    expect(new Set(own.map(({ player }) => player.country)).size).toBe(1);
  }
  for (const shared of [({ metadata }: SampleEvent) => metadata.device_id, ({ player }: SampleEvent) => player.phone, ({ metadata }: SampleEvent) => metadata.ip_address]) {
    const players = new Map<string, Set<string>>();
    for (const event of events.filter(isOrdinary)) {
      const name = `${event.companyId}|${shared(event)}`;
      players.set(name, (players.get(name) ?? new Set()).add(event.player.id));
    }
    expect(Math.max(...[...players.values()].map(({ size }) => size))).toBe(1);
  }
});

describe('sending', () => {
  let answers: { status: number; headers?: Record<string, string> }[];
  const received: { key: unknown; events: SampleEvent[] }[] = [];
  const gateway = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const { status, headers = {} } = answers.shift() ?? { status: 200 };
      response.writeHead(status, headers);
      if (status !== 200) return response.end('{"code":"X"}');
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { events: SampleEvent[] };
      received.push({ key: request.headers['x-api-key'], events: body.events });
      return response.end(JSON.stringify({ data: { events: body.events.map(({ event_id: id }, index) => (index === 0 && received.length === 1 ? { uuid: null, external_event_id: id, error: 'no' } : { uuid: 'u', external_event_id: id })) } }));
    });
  });
  const url = () => `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  beforeAll(() => new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => gateway.close(resolve)));
  beforeEach(() => {
    answers = [];
    received.length = 0;
  });
  const apiKeys = [{ companyId: 'acme', apiKey: 'k1' }, { companyId: 'zenith', apiKey: 'k2' }];

  test('each company sends with its key; what was not accepted is sent again, what failed is told', async () => {
    answers = [{ status: 503, headers: { 'retry-after': '0' } }];
    const progress: number[] = [];
    const played = await playSampleDay({ gatewayUrl: url(), apiKeys, now, events: 1200, onProgress: ({ sent }) => progress.push(sent) });
    expect(received.reduce((sum, { events: own }) => sum + own.length, 0)).toBe(played.total);
    expect(new Set(received.map(({ key }) => key))).toEqual(new Set(['k1', 'k2']));
    expect(played).toMatchObject({ accepted: played.total - 1, failed: [{ companyId: 'acme', error: 'no' }] });
    expect(progress.at(-1)).toBe(played.total);
  });

  test('a refusal ends it', async () => {
    answers = [{ status: 401 }];
    await expect(playSampleDay({ gatewayUrl: url(), apiKeys, now, events: 10 })).rejects.toThrow(SampleDayRefused);
  });
});

function key({ companyId, player }: { companyId: string; player: { id: string } }): string {
  return `${companyId}|${player.id}`;
}
function group<T extends { companyId: string; player: { id: string } }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
