/**
 * Forgets everything of a partition in one step, so that an owner that opens it right after finds nothing, or only its own.
 *
 * KEYS[1..7]  meta, headers, bodies, leases, done, endpoints, waiting
 * ARGV[1]     what the names of the due sets begin with; they share the hash tag
 * Answer      how many keys were removed
 */
export const FORGET_SCRIPT = `
local removed = 0
for _, endpoint in ipairs(redis.call('ZRANGE', KEYS[6], 0, -1)) do
  removed = removed + redis.call('UNLINK', ARGV[1] .. endpoint)
end
return removed + redis.call('UNLINK', unpack(KEYS))
`;
