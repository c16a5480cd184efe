/**
 * Adds a failure to an endpoint's streak; a long silence before it, or a change of the endpoint's record, begins a new one.
 *
 * KEYS[1]  health hash: since, last, failures, status, error, disable_after, told (the `since` that others were told of)
 * ARGV[1]  now, ms
 * ARGV[2]  silence that ends a streak, ms
 * ARGV[3]  forget after, ms
 * ARGV[4]  when the endpoint's record was changed last, ms
 * ARGV[5]  HTTP status; '' for none
 * ARGV[6]  error code
 * ARGV[7]  how long a streak may be before the endpoint is disabled, ms: for who shows it
 * Answer   {since, failures, 1 when others were told of this streak}
 */
export const FAILURE_SCRIPT = `
local held = redis.call('HMGET', KEYS[1], 'last', 'since')
local last, since = tonumber(held[1]), tonumber(held[2])
if not last or tonumber(ARGV[1]) - last > tonumber(ARGV[2]) or since < tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[1], 'since', ARGV[1], 'failures', 0)
end
redis.call('HSET', KEYS[1], 'last', ARGV[1], 'status', ARGV[5], 'error', ARGV[6], 'disable_after', ARGV[7])
redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local streak = redis.call('HMGET', KEYS[1], 'since', 'failures', 'told')
return {streak[1], streak[2], streak[1] == streak[3] and 1 or 0}
`;
