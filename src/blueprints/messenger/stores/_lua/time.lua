local prefix = ARGV[1]

-- the clock of all deadlines, in ms
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end

local function message_key(id)
  return prefix .. 'message:' .. id
end

local function posted_key(room)
  return prefix .. 'posted:' .. room
end

local function deadlines_key(room)
  return prefix .. 'deadlines:' .. room
end

local log, rooms, live, bus = prefix .. 'log', prefix .. 'rooms', prefix .. 'live', prefix .. 'bus'

-- the newest event, or the store's birthday
local function head()
  local info = redis.pcall('XINFO', 'STREAM', log)
  if info.err then return (redis.call('GET', prefix .. 'born') or '0') .. '-0' end
  for index = 1, #info, 2 do
    if info[index] == 'last-generated-id' then return info[index + 1] end
  end
end

-- 0, or the ms until there is a token
local function take(sender, burst, per_second, now)
  local key, tokens = prefix .. 'bucket:' .. sender, burst
  local kept = redis.call('GET', key)
  if kept then
    local left, since = string.match(kept, '(.+):(.+)')
    tokens = math.min(burst, left + math.max(0, now - since) * per_second / 1000)
  end
  if tokens < 1 then return math.max(1, math.ceil((1 - tokens) * 1000 / per_second)) end
  redis.call('SET', key, string.format('%.6f:%.0f', tokens - 1, now), 'PX', math.ceil(burst * 1000 / per_second) + 1000)
  return 0
end

local now = now_ms()
