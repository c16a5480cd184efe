import { type TSchema, Type } from '@sinclair/typebox';
import { PLAIN_TEXT } from '../events/fields';
import { FORMATS } from '../events/formats';

const strict = { additionalProperties: false } as const;
const text = (maxLength: number, description: string, example: string): TSchema => Type.String({ minLength: 1, maxLength, pattern: PLAIN_TEXT, description, examples: [example] });

export const EMAIL_FORMAT = 'mailbox';
export const PLACE_FORMAT = 'place';

/** Longest transaction_id, also in the path. */
export const MAX_TRANSACTION_ID = 100;

const account = (description: string, number: string, bank: string): TSchema =>
  Type.Object({ account_number: text(64, `Account number of the ${description} account.`, number), bank_code: text(32, `Bank code of the ${description} account.`, bank) }, { ...strict, description: `The ${description} account.` });

/** Document 003, "Request Body": every field is required. */
export const TransactionRequest = Type.Object(
  {
    transaction_id: text(MAX_TRANSACTION_ID, 'The unique identifier of the transaction. Sent again with the same content it gets the first answer; with other content 400.', '18772'),
    amount: Type.Number({ minimum: 0, description: "The amount, with no more decimals than the currency has, and at most 2^53 - 1 of its minor units. Read as it is written, never rounded.", examples: [1500.0] }),
    currency: Type.String({ format: FORMATS.currency, description: 'ISO 4217.', examples: ['USD'] }),
    transaction_type: text(50, 'Type of the transaction (transfer, card, …).', 'transfer'),
    account_type: Type.Unsafe<string>({ type: 'string', enum: ['individual', 'corporate'], description: 'Account type associated with the transaction.', examples: ['corporate'] }),
    status: text(50, 'Status of the transaction (completed, pending, failed, …).', 'completed'),
    origin_account: account('originating', '9876543210', '001'),
    destination_account: account('destination', '0123456789', '002'),
    customer_details: Type.Object(
      { customer_name: text(200, "The customer's full name.", 'Jane Doe'), customer_email: Type.String({ minLength: 3, maxLength: 254, format: EMAIL_FORMAT, description: "The customer's e-mail address.", examples: ['jane.doe@example.com'] }) },
      { ...strict, description: 'The verified customer who initiates the transaction.' },
    ),
    additional_info: Type.Object(
      {
        ip_address: Type.String({ format: FORMATS.ip, description: "The customer's IPv4 or IPv6 address. A private one is no evidence of a place.", examples: ['192.168.1.1'] }),
        location: Type.String({ minLength: 1, maxLength: 200, format: PLACE_FORMAT, description: "The customer's place: a name, or lat=..,lon=.. in degrees. A place that is not known is no evidence.", examples: ['San Francisco, CA', 'lat=-30.6556,lon=-65.7655'] }),
        transaction_description: text(500, 'Description of the transaction.', 'Payment for order #789'),
      },
      { ...strict, description: 'Additional details.' },
    ),
  },
  { ...strict, description: 'A transaction to be decided on.' },
);

/** The document's request, word for word (its comments left out). */
export const TRANSACTION_EXAMPLE = {
  transaction_id: '18772',
  amount: 1500.0,
  currency: 'USD',
  transaction_type: 'transfer',
  account_type: 'corporate',
  status: 'completed',
  origin_account: { account_number: '9876543210', bank_code: '001' },
  destination_account: { account_number: '0123456789', bank_code: '002' },
  customer_details: { customer_name: 'Jane Doe', customer_email: 'jane.doe@example.com' },
  additional_info: { ip_address: '192.168.1.1', location: 'San Francisco, CA', transaction_description: 'Payment for order #789' },
};
