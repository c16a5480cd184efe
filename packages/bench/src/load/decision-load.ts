import { Agent, request } from 'node:http';

export interface DecisionLoad {
  readonly url: string;
  readonly path: string;
  /** Keys of the companies that take turns. */
  readonly apiKeys: readonly string[];
  readonly expectedStatus: number;
  body(index: number): object;
}

/** Sends one request of a load at a time; each is a new command. @throws by any other status than the expected one. */
export function decisionSender(load: DecisionLoad): { send(index: number): Promise<void>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 2_000 });
  const { hostname, port } = new URL(load.url);
  return {
    send: (index) =>
      new Promise((resolve, reject) => {
        const body = Buffer.from(JSON.stringify(load.body(index)));
        const headers = { 'content-type': 'application/json', 'content-length': body.length, 'x-api-key': load.apiKeys[index % load.apiKeys.length] };
        const outgoing = request({ hostname, port, path: load.path, method: 'POST', agent, headers }, (response) => {
          response.resume();
          response.on('error', reject);
          response.on('end', () => (response.statusCode === load.expectedStatus ? resolve() : reject(new Error(`status ${response.statusCode}`))));
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

const ACCOUNTS = 5_000;
const PLACES = ['Dakar', 'Lagos', 'Accra', 'San Francisco, CA', 'Paris'];

/** An ordinary transaction: of one of 5,000 accounts to another, each account with its customer, address and place. */
export function transactionBody(prefix: string, index: number, random: () => number): object {
  const origin = Math.floor(random() * ACCOUNTS);
  return {
    transaction_id: `${prefix}-${index}`,
    amount: Math.floor(1_000 + random() * 50_000) / 100,
    currency: 'USD',
    transaction_type: 'transfer',
    account_type: origin % 5 === 0 ? 'corporate' : 'individual',
    status: 'completed',
    origin_account: { account_number: String(1_000_000 + origin), bank_code: '001' },
    destination_account: { account_number: String(2_000_000 + Math.floor(random() * ACCOUNTS)), bank_code: '002' },
    customer_details: { customer_name: `Customer ${origin}`, customer_email: `customer.${origin}@example.com` },
    additional_info: { ip_address: `41.138.${origin % 200}.${(origin >> 3) % 250}`, location: PLACES[origin % PLACES.length], transaction_description: `Payment for order #${index}` },
  };
}

/** A player's first claim of a bonus, who shares no device, address, name or phone with anybody: no ring grows over the run. */
export function bonusChangeBody(prefix: string, index: number, random: () => number): object {
  const player = `${prefix}-player-${index}`;
  return {
    txnId: `${prefix}-${index}`,
    type: 'gamblingBonusChange',
    gamblingBonusChangeInfo: { bonusId: `welcome-${index}`, amount: 10 + Math.floor(random() * 90), maxBonusAmount: 100, maxBetAmount: 5, wagerRequirement: 4000, status: 'activated', currencyType: 'fiat', currencyCode: 'EUR' },
    applicant: { externalUserId: player, fullName: `Name${letters(index)} Surname${letters(index * 7 + 3)}`, ip: networkOf(index), device: { fingerprint: `fp-${player}` } },
  };
}

/** A number as letters, so that names differ as names do. */
const letters = (value: number): string => [...value.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('');
/** An address in a network (IPv6 /64) of its own. */
const networkOf = (index: number): string => `2a01:${((index >> 16) & 0xffff).toString(16)}:${(index & 0xffff).toString(16)}:1::1`;
