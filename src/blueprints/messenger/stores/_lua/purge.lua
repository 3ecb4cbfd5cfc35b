-- at most 1000 messages of a room at once: a script holds up everybody
local gone = 0
for _, room in ipairs(redis.call('SMEMBERS', rooms)) do
  local due = redis.call('ZRANGEBYSCORE', deadlines_key(room), '-inf', whole(now), 'LIMIT', 0, 1000)
  if #due > 0 then
    local keys = {}
    for index, id in ipairs(due) do keys[index] = message_key(id) end
    redis.call('UNLINK', unpack(keys))
    redis.call('ZREM', posted_key(room), unpack(due))
    gone = gone + redis.call('ZREM', deadlines_key(room), unpack(due))
  end
  if redis.call('EXISTS', deadlines_key(room)) == 0 then redis.call('SREM', rooms, room) end
end
if gone > 0 then redis.call('DECRBY', live, gone) end
return gone
