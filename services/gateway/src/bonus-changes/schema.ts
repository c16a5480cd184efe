import { type TSchema, Type } from '@sinclair/typebox';
import { PLAIN_TEXT } from '../events/fields';
import { FORMATS } from '../events/formats';

const strict = { additionalProperties: false } as const;
const text = (minLength: number, maxLength: number, description: string, example?: string): TSchema =>
  Type.String({ minLength, maxLength, pattern: PLAIN_TEXT, description, ...(example === undefined ? {} : { examples: [example] }) });
const oneOf = (values: readonly string[], description: string): TSchema => Type.Unsafe({ type: 'string', enum: values, description });
const money = (description: string): TSchema => Type.Number({ minimum: 0, maximum: 1e15, description });

/** Ids of players have at most as many characters as in betting events (document 000). */
export const PLAYER_ID = text(1, 100, "The player's id in your system.", 'dash-2385a803-1cce-46f6-a9f8-675957c0da32');

/** Longest txnId, also in the paths of decisions. */
export const MAX_TXN_ID = 200;

export const TXN_DATE_FORMAT = 'bonus-date';

/** Document 001, "Initiate gambling bonus change". What it does not name of the applicant and the device is taken and answered as it was sent. */
export const BonusChangeRequest = Type.Object(
  {
    txnId: text(1, MAX_TXN_ID, 'Unique transaction identifier within your system. Sent again, it gets the first answer.', 'eaub8yhi6e45s3nx0pgpl'),
    type: oneOf(['gamblingBonusChange'], 'Type of the transaction.'),
    gamblingBonusChangeInfo: Type.Object(
      {
        bonusId: text(0, 200, 'Unique bonus identifier within your system. Empty: on deposit funds.', 'cool_bonus_id'),
        amount: money('Amount of the bonus.'),
        maxBonusAmount: Type.Optional(money('The maximum amount of bonus that can be received by a player.')),
        maxBetAmount: Type.Optional(money('The maximum bet allowed for the player.')),
        wagerRequirement: Type.Optional(money('Total amount of bets before the bonus is paid to the real balance.')),
        status: oneOf(['activated', 'canceled', 'lost', 'finished', 'expired'], 'What became of the bonus.'),
        currencyType: Type.Optional(oneOf(['fiat', 'crypto'], 'Kind of currency; fiat when absent.')),
        currencyCode: Type.Optional(text(1, 20, 'Currency of the amounts. With it, only bets in that currency count for the requirement.', 'EUR')),
        cryptoParams: Type.Optional(
          Type.Object(
            {
              attemptId: Type.Optional(text(1, 200, 'Your id of the crypto payment attempt.', 'cool_attempt_ID')),
              outputIndex: Type.Optional(text(1, 50, 'Index of the output.', '123')),
              cryptoChain: Type.Optional(text(1, 50, 'Chain.', 'BTC')),
              address: Type.Optional(text(1, 200, 'Wallet address: ties accounts that share it (an addition of Stakewatch).')),
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    applicant: Type.Optional(
      Type.Object(
        {
          externalUserId: Type.Optional(PLAYER_ID),
          fullName: Type.Optional(text(1, 300, "The player's name.", 'John Smith')),
          type: Type.Optional(text(1, 50, 'Kind of applicant; individual when absent.', 'individual')),
          phone: Type.Optional(text(1, 50, "The player's phone number.")),
          ip: Type.Optional(Type.String({ format: FORMATS.ip, description: "The player's IP address." })),
          device: Type.Optional(Type.Object({ fingerprint: Type.Optional(text(1, 200, 'Unique device fingerprint.', 'wuzeu5iv89')) }, { additionalProperties: true })),
        },
        { additionalProperties: true },
      ),
    ),
    txnDate: Type.Optional(Type.String({ format: TXN_DATE_FORMAT, description: 'When it happened; now when absent. Answered in UTC.', examples: ['2024-01-25 14:20:06+0200'] })),
    sourceKey: Type.Optional(text(1, 100, 'Your label of the source; the id of the API key when absent.', '123')),
  },
  { ...strict, description: 'A change of a gambling bonus.' },
);
