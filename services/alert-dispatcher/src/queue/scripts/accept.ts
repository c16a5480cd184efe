import { HEAD_FUNCTION } from './head';

/**
 * Adds deliveries, each once, and moves the partition's offset, fenced by epoch and previous offset.
 *
 * KEYS[1..7]  meta, headers, bodies, leases, done, endpoints, waiting
 * KEYS[8..n]  due sets of the endpoints named in ARGV, in that order
 * ARGV[1]     epoch of the caller
 * ARGV[2]     offset the store must hold ('' for none)
 * ARGV[3]     next offset
 * ARGV[4]     rebuild_until to set ('' leaves it)
 * ARGV[5]     now, ms
 * ARGV[6]     until when settled deliveries are remembered, ms
 * ARGV[7..]   one endpoint id per due set, then per delivery seven: number of its endpoint (from 1), id, due in ms ('' = settled),
 *             lease token ('' = none), header, body, ms of its record
 * Answer      {'OK', added, {1 or 0 per delivery: leased under its token}, {due, count per endpoint}, ms of the oldest record of which
 *             a delivery waits ('' = none)};
 *             {'EPOCH', n} or {'OFFSET', n} when refused, with nothing written
 *
 * The same call sent twice (answer lost on the way) is known by its offset and changes nothing; the leases are answered again.
 */
export const ACCEPT_SCRIPT = `${HEAD_FUNCTION}
local held = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
local epoch, offset = held[1] or '', held[2] or ''
if epoch ~= ARGV[1] then return {'EPOCH', epoch} end
local again = offset == ARGV[3] and ARGV[3] ~= ARGV[2]
if not again and offset ~= ARGV[2] then return {'OFFSET', offset} end
local endpoints = #KEYS - 7
local added, leased = 0, {}
if not again then redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', ARGV[5]) end
for at = 7 + endpoints, #ARGV, 7 do
  local id, due, token = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local known = again or redis.call('HEXISTS', KEYS[2], id) == 1 or redis.call('ZSCORE', KEYS[5], id)
  if not known then
    if due == '' then
      redis.call('ZADD', KEYS[5], ARGV[6], id)
    else
      redis.call('HSET', KEYS[2], id, ARGV[at + 4])
      redis.call('HSET', KEYS[3], id, ARGV[at + 5])
      redis.call('ZADD', KEYS[7 + tonumber(ARGV[at])], due, id)
      redis.call('ZADD', KEYS[7], ARGV[at + 6], id)
      if token ~= '' then redis.call('HSET', KEYS[4], id, token) end
      added = added + 1
    end
  end
  leased[#leased + 1] = (token ~= '' and redis.call('HGET', KEYS[4], id) == token) and 1 or 0
end
local heads = {}
for i = 1, endpoints do
  local due, count = head(KEYS[6], KEYS[7 + i], ARGV[6 + i])
  heads[#heads + 1] = due
  heads[#heads + 1] = count
end
redis.call('HSET', KEYS[1], 'offset', ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'rebuild_until', ARGV[4]) end
local oldest = redis.call('ZRANGE', KEYS[7], 0, 0, 'WITHSCORES')
return {'OK', added, leased, heads, oldest[2] or ''}
`;
