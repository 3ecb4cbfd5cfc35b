-- one atomic read: no text can die between the list of ids and the texts
local room, limit, order, score, member = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
local key, low = posted_key(room), '-inf'
if order == 'expiry' then key, low = deadlines_key(room), '(' .. whole(now) end

local values, offset = {}, 0
repeat
  local found = redis.call('ZREVRANGEBYSCORE', key, score, low, 'WITHSCORES', 'LIMIT', offset, limit + 1)
  for index = 1, #found, 2 do
    local is_before = member == '' or found[index + 1] ~= score or found[index] < member
    local value = is_before and #values <= limit and redis.call('GET', message_key(found[index]))
    if value then values[#values + 1] = value end
  end
  offset = offset + limit + 1
until #found < 2 * (limit + 1) or #values > limit
return {whole(now), head(), values}
