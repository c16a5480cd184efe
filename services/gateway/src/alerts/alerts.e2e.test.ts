import { apiOf, stackFile, stakewatch, until } from '@stakewatch/testing';

/** Alerts that events raise on a running stack, read through the API and the command line. */
const stack = stackFile();
const [acme, other] = stack.companies as [(typeof stack.companies)[number], (typeof stack.companies)[number]];
const run = Date.now().toString(36);
const players = [`alerts-a-${run}`, `alerts-b-${run}`];
const call = apiOf(stack, acme.apiKey);
const asOther = apiOf(stack, other.apiKey);


const alertOf = async (player: string): Promise<any> => (await until(() => call('GET', `/alerts?rule=deposit-burst&mode=live&player=${player}`), ({ body }) => body.items.length > 0)).body.items[0];
const alerts = (...args: string[]) => stakewatch('alerts', ...args, '-c', acme.id);

test('an alert is listed, read with its evidence and its delivery, labelled, found again in kept history, and shown to nobody else', async () => {
  const start = Date.now() - 60_000;
  const events = players.flatMap((player) => Array.from({ length: 12 }, (_, index) => ({ external_event_id: `${player}-${index}`, player_id: player, event_type: 'DEPOSIT', amount: 1000, currency: 'XOF', event_timestamp: new Date(start + index * 1000).toISOString() })));
  const sent = await call('POST', '/events/batch', { events });
  expect(sent.body.data.success_count).toBe(24);
  const [first, second] = [await alertOf(players[0] as string), await alertOf(players[1] as string)];
  expect(first).toMatchObject({ rule_id: 'deposit-burst', status: 'open', subject: players[0], player_id: players[0], currency: 'XOF', label: null });

  const { body: shown } = await until(() => call('GET', `/alerts/${first.id}`), ({ body }) => body.attempts?.some(({ outcome }: { outcome: string }) => outcome === 'delivered'));
  expect(shown).toMatchObject({ id: first.id, facts: [expect.objectContaining({ name: 'deposits' })], settings: expect.any(Object), attempts: [{ event_type: expect.stringMatching(/^alert\./) }] });
  const uuids = new Set(sent.body.data.events.map(({ uuid }: { uuid: string }) => uuid));
  expect(shown.event_uuids.length).toBeGreaterThan(1);
  expect(shown.event_uuids.every((uuid: string) => uuids.has(uuid))).toBe(true);
  expect(shown.attempts_total).toBe(shown.attempts.length);
  expect(await asOther('GET', `/alerts/${first.id}`)).toMatchObject({ status: 404 });
  expect((await asOther('GET', `/alerts?player=${players[0]}`)).body.items).toEqual([]);

  expect(await call('POST', '/decisions/labels', { labels: [{ id: first.id, label: 'fraud' }] })).toMatchObject({ body: { labelled: 1 } });
  expect(await until(() => alertOf(players[0] as string), ({ label }) => label !== null)).toMatchObject({ id: first.id, label: 'fraud' });

  const seen: string[] = [];
  let after: string[] = [];
  do {
    const page = await alerts('list', '--rule', 'deposit-burst', '--from', new Date(start).toISOString(), '--limit', '1', ...after);
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    after = page.next === null ? [] : ['--after', page.next];
  } while (after.length > 0 && seen.length < 50 && !(seen.includes(first.id) && seen.includes(second.id)));
  expect(seen).toEqual(expect.arrayContaining([first.id, second.id]));
  expect(new Set(seen).size).toBe(seen.length);
  const back = (...more: string[]) => stakewatch('rules', 'try', 'deposit-burst', '-c', acme.id, '--from', new Date(start).toISOString(), '--player', ...players, ...more);
  // By the evaluator that ran live: the very alerts that were raised, and none with another limit.
  expect(await back()).toMatchObject({ rule_id: 'deposit-burst', events: 24, alerts: 2, failures: 0, compared: { raised: 2, both: 2, only_tried: 0, only_raised: 0 }, latest: expect.arrayContaining([expect.objectContaining({ subject: players[0], event_uuid: first.event_uuid })]) });
  expect(await back('--set', 'limit=100')).toMatchObject({ alerts: 0, compared: { raised: 2, both: 0, only_raised: 2 } });
  expect(await alerts('show', first.id)).toMatchObject({ id: first.id, labels: [{ label: 'fraud' }], attempts_total: expect.any(Number) });
  await expect(alerts('show', first.id.replace(/^.{8}/, '00000000'))).rejects.toMatchObject({ code: 3, stderr: expect.stringContaining('not_found') });
}, 90_000);
