export * from './api-key';
export * from './base62';
