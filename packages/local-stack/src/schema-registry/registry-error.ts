/** Confluent's error codes; the HTTP status is their first three digits. Source: Confluent's Schema Registry API reference, "Errors". */
export const REGISTRY_ERRORS = {
  subjectNotFound: 40401,
  versionNotFound: 40402,
  schemaNotFound: 40403,
  noSubjectConfig: 40408,
  incompatible: 409,
  invalidSchema: 42201,
  invalidVersion: 42202,
  invalidCompatibility: 42203,
  storeTimeout: 50002,
} as const;

export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: number;
  constructor(kind: keyof typeof REGISTRY_ERRORS, message: string) {
    super(message);
    this.code = REGISTRY_ERRORS[kind];
  }

  get httpStatus(): number {
    return Number(String(this.code).slice(0, 3));
  }
}
