local id, room, lifetime, body = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local retry, digest, retry_ms = ARGV[6], ARGV[7], ARGV[8]
local sender, burst, per_second = ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11])
local capacity, replay_events = tonumber(ARGV[12]), ARGV[13]

local wait = take(sender, burst, per_second, now)
if wait > 0 then return {'flood', wait} end

if retry ~= '' then
  retry = prefix .. 'retry:' .. retry
  local kept = redis.call('GET', retry)
  if kept then
    if string.sub(kept, 34) ~= digest then return {'reused'} end
    local first = redis.call('GET', message_key(string.sub(kept, 1, 32)))
    return first and {'repeat', first} or {'gone'}
  end
end

if tonumber(redis.call('GET', live) or 0) >= capacity then return {'full'} end

local position = redis.call('XADD', log, 'MAXLEN', '~', replay_events, '*', 'kind', 'message', 'room', room, 'id', id)
local ms, n = string.match(position, '(%d+)-(%d+)')
local expires = whole(now + lifetime)
local value = whole(now) .. ':' .. expires .. ':' .. position .. ':' .. body
redis.call('SET', message_key(id), value, 'PXAT', expires)
redis.call('ZADD', posted_key(room), whole(ms * 1000 + n), id)
redis.call('ZADD', deadlines_key(room), expires, id)
redis.call('SADD', rooms, room)
redis.call('INCR', live)
if retry ~= '' then redis.call('SET', retry, id .. ':' .. digest, 'PX', retry_ms) end
redis.call('PUBLISH', bus, '')
return {'posted', value}
