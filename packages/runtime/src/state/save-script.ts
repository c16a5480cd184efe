/**
 * Saves a partition's changed states with the offset they reflect, fenced by epoch and previous offset.
 *
 * KEYS[1]     meta hash of the partition: epoch, offset
 * KEYS[2..n]  state keys, one per write
 * ARGV[1]     epoch of the caller
 * ARGV[2]     offset the store must hold ('' for none)
 * ARGV[3]     next offset
 * ARGV[4..]   per write three: op (a append, s set, d delete), bytes, ttl in ms ('' keeps)
 * Answer      'OK'; 'EPOCH <n>' or 'OFFSET <n>' when refused, with nothing written
 *
 * The same save sent twice (answer lost on the way) is recognised by its offset and answered OK.
 */
export const SAVE_SCRIPT = `
local held = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
local epoch, offset = held[1] or '', held[2] or ''
if epoch ~= ARGV[1] then return 'EPOCH ' .. epoch end
if offset == ARGV[3] and ARGV[3] ~= ARGV[2] then return 'OK' end
if offset ~= ARGV[2] then return 'OFFSET ' .. offset end
local at = 4
for i = 2, #KEYS do
  local op = ARGV[at]
  if op == 'a' then redis.call('APPEND', KEYS[i], ARGV[at + 1])
  elseif op == 's' then redis.call('SET', KEYS[i], ARGV[at + 1])
  else redis.call('DEL', KEYS[i]) end
  if op ~= 'd' and ARGV[at + 2] ~= '' then redis.call('PEXPIRE', KEYS[i], ARGV[at + 2]) end
  at = at + 3
end
redis.call('HSET', KEYS[1], 'offset', ARGV[3])
return 'OK'
`;
