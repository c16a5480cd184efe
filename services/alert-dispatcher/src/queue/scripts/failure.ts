/**
 * Adds a failure to an endpoint's streak; a long silence before it begins a new one.
 *
 * KEYS[1]  health hash: since, last, failures
 * ARGV[1]  now, ms
 * ARGV[2]  silence that ends a streak, ms
 * ARGV[3]  forget after, ms
 * Answer   {since, failures}
 */
export const FAILURE_SCRIPT = `
local last = redis.call('HGET', KEYS[1], 'last')
if not last or tonumber(ARGV[1]) - tonumber(last) > tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'since', ARGV[1], 'failures', 0)
end
redis.call('HSET', KEYS[1], 'last', ARGV[1])
redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('HMGET', KEYS[1], 'since', 'failures')
`;
