/**
 * Lua function shared by the scripts: brings an endpoint's place in the partition's index of endpoints up to date with its due
 * set. Gives due (text, '' for none) and count.
 */
export const HEAD_FUNCTION = `
local function head(index, due, endpoint)
  local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  if #first == 0 then
    redis.call('ZREM', index, endpoint)
    return '', 0
  end
  redis.call('ZADD', index, first[2], endpoint)
  return first[2], redis.call('ZCARD', due)
end
`;
