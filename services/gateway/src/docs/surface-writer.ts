import { type TSchema, Type } from '@sinclair/typebox';

export type Json = Record<string, unknown>;

/** How the API description writes answers; each surface's openapi.ts is given it by openapi.ts here. */
export interface SurfaceWriter {
  success(description: string, schema: string): Json;
  failure(description: string, headers?: Json): Json;
  /** Answers that every operation may give. */
  readonly common: Json;
  readonly rateHeaders: Json;
  /** Of answers that say when to come again. */
  readonly retryHeaders: Json;
}

export const choice = (values: readonly string[]): TSchema => Type.Unsafe({ type: 'string', enum: [...values] });
export const nullable = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);
