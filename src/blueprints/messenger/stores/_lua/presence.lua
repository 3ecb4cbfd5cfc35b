local worker, blob, lasting_ms = ARGV[2], ARGV[3], ARGV[4]
local workers = prefix .. 'workers'
redis.call('SADD', workers, worker)
redis.call('SET', prefix .. 'presence:' .. worker, blob, 'PX', lasting_ms)
local others = {}
for _, other in ipairs(redis.call('SMEMBERS', workers)) do
  if other ~= worker then
    local kept = redis.call('GET', prefix .. 'presence:' .. other)
    if kept then others[#others + 1] = kept else redis.call('SREM', workers, other) end
  end
end
return others
