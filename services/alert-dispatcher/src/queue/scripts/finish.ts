import { HEAD_FUNCTION } from './head';

/**
 * Marks a leased delivery done, or due again, and adds the notices it gives rise to. Guarded by the lease's token.
 *
 * KEYS[1..6]  headers, bodies, leases, done, endpoints, waiting
 * KEYS[7]     due set of its endpoint
 * KEYS[8..n]  due sets of the notices' endpoints, one per notice
 * ARGV[1]     id
 * ARGV[2]     endpoint id
 * ARGV[3]     lease token
 * ARGV[4]     due in ms; '' = done
 * ARGV[5]     header from now on (when due again)
 * ARGV[6]     until when it is remembered, ms (when done)
 * ARGV[7..]   per notice five: endpoint id, id, header, body, due in ms
 * Answer      {'OK', {due, count of its endpoint and of each notice's}}; {'GONE'} when the lease is not the caller's, with nothing changed
 */
export const FINISH_SCRIPT = `${HEAD_FUNCTION}
if redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[3] then return {'GONE'} end
redis.call('HDEL', KEYS[3], ARGV[1])
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[7], ARGV[1])
  redis.call('ZREM', KEYS[6], ARGV[1])
  redis.call('ZADD', KEYS[4], ARGV[6], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[5])
  redis.call('ZADD', KEYS[7], ARGV[4], ARGV[1])
end
local due, count = head(KEYS[5], KEYS[7], ARGV[2])
local heads = {due, count}
local at = 7
for i = 8, #KEYS do
  local id = ARGV[at + 1]
  if redis.call('HEXISTS', KEYS[1], id) == 0 and not redis.call('ZSCORE', KEYS[4], id) then
    redis.call('HSET', KEYS[1], id, ARGV[at + 2])
    redis.call('HSET', KEYS[2], id, ARGV[at + 3])
    redis.call('ZADD', KEYS[i], ARGV[at + 4], id)
  end
  due, count = head(KEYS[5], KEYS[i], ARGV[at])
  heads[#heads + 1] = due
  heads[#heads + 1] = count
  at = at + 5
end
return {'OK', heads}
`;
