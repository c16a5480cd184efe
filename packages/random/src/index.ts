export { randomOf } from './random-of';
