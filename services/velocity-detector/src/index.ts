export { BUILT_IN_RULES } from './rules';
