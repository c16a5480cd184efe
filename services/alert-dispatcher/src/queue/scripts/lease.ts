import { HEAD_FUNCTION } from './head';

/**
 * Takes due deliveries of one endpoint for sending; until the lease ends nobody else gets them.
 *
 * KEYS[1..5]  meta, headers, bodies, leases, endpoints
 * KEYS[6]     due set of the endpoint
 * ARGV[1]     epoch of the caller
 * ARGV[2]     endpoint id
 * ARGV[3]     lease token
 * ARGV[4]     now, ms
 * ARGV[5]     end of the lease, ms
 * ARGV[6]     how many at most
 * Answer      {'OK', {id, header, body per delivery}, due, count}; {'EPOCH', n} ('' = the partition is lost) when refused
 *
 * Sent twice (answer lost on the way): what the first call leased is due again when its lease ends.
 */
export const LEASE_SCRIPT = `${HEAD_FUNCTION}
local epoch = redis.call('HGET', KEYS[1], 'epoch') or ''
if epoch ~= ARGV[1] then return {'EPOCH', epoch} end
local ids = redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', ARGV[4], 'LIMIT', 0, ARGV[6])
local found = {}
for _, id in ipairs(ids) do
  redis.call('ZADD', KEYS[6], ARGV[5], id)
  redis.call('HSET', KEYS[4], id, ARGV[3])
  found[#found + 1] = id
  found[#found + 1] = redis.call('HGET', KEYS[2], id)
  found[#found + 1] = redis.call('HGET', KEYS[3], id)
end
local due, count = head(KEYS[5], KEYS[6], ARGV[2])
return {'OK', found, due, count}
`;
