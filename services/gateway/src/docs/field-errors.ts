import { Type } from '@sinclair/typebox';

/** What is wrong with a body or a parameter, field by field (FieldError). */
export const FieldErrors = Type.Array(
  Type.Object({
    path: Type.String(),
    message: Type.String(),
    position: Type.Optional(Type.Object({ offset: Type.Integer(), length: Type.Integer(), line: Type.Integer({ minimum: 1 }), column: Type.Integer({ minimum: 1 }) }, { description: "In the text of a rule's condition." })),
    code: Type.Optional(Type.String({ description: 'For programs, where the message does not say all: wrong_type, out_of_range, unknown_setting, …' })),
    allowed: Type.Optional(Type.Unknown({ description: 'What the value may be: type, unit, min and max, or a list.' })),
    help: Type.Optional(Type.String({ description: 'What to do about it.' })),
  }),
  { description: 'Where a body or a parameter was invalid.' },
);
