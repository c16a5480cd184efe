import { randomUUID } from 'node:crypto';
import type { StackCompany } from '@stakewatch/contracts';
import { apiOf, stackFile, stakewatch } from '@stakewatch/testing';

/** A group made by command lets the bonus scorer see the same device at another operator, without a restart. */
const stack = stackFile();
const [acme, globex] = stack.companies.filter(({ plan }) => plan !== 'sandbox') as [StackCompany, StackCompany];
const run = randomUUID().slice(0, 8);
const group = `e2e-${run}`;
const RULE = '/rules/bonus-operator-hunting';
let counter = 0;



/** Ids of the rules that match a claim of a new player on a device. */
async function claim(company: StackCompany, device: string): Promise<readonly string[]> {
  counter += 1;
  const { status, body } = await apiOf(stack, company.apiKey)('POST', '/bonus-changes', {
    txnId: `${run}-${counter}`,
    type: 'gamblingBonusChange',
    gamblingBonusChangeInfo: { bonusId: `welcome-${run}-${counter}`, amount: 20, status: 'activated' },
    applicant: { externalUserId: `${run}-${counter}`, device: { fingerprint: device } },
  });
  expect(status).toBe(200);
  return body.scoringResult.matchedRules.map(({ id }: { id: string }) => id);
}

test('a device that claimed at one operator of a group is known at the other', async () => {
  expect((await apiOf(stack, globex.apiKey)('PATCH', RULE, { settings: { operators: 1 } })).status).toBe(200);
  try {
    expect(await claim(acme, `alone-${run}`)).not.toContain('bonus-operator-hunting');
    expect(await claim(globex, `alone-${run}`)).not.toContain('bonus-operator-hunting');
    expect(await stakewatch('groups', 'put', group, acme.id, globex.id)).toMatchObject({ changed: true, companies: [acme.id, globex.id].sort() });
    // Each round has a device of its own: what was claimed before the group was told to nobody.
    for (let round = 0; ; round += 1) {
      const device = `shared-${run}-${round}`;
      await claim(acme, device);
      await new Promise((resolve) => setTimeout(resolve, 100));
      if ((await claim(globex, device)).includes('bonus-operator-hunting')) break;
    }
  } finally {
    expect((await apiOf(stack, globex.apiKey)('DELETE', RULE)).status).toBe(200);
    expect(await stakewatch('groups', 'delete', group)).toEqual({ changed: true, id: group });
  }
});
