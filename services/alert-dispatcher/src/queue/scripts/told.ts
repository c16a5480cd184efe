/**
 * Notes that others were told of a streak, unless it has ended.
 *
 * KEYS[1]  health hash
 * ARGV[1]  since, of the streak
 */
export const TOLD_SCRIPT = `
if redis.call('HGET', KEYS[1], 'since') == ARGV[1] then redis.call('HSET', KEYS[1], 'told', ARGV[1]) end
return 1
`;
