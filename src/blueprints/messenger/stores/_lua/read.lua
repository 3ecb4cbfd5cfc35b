local entries = redis.call('XRANGE', log, '(' .. ARGV[2], '+', 'COUNT', ARGV[3])
local texts = {}
for _, entry in ipairs(entries) do
  if entry[2][2] == 'message' then
    local value = redis.call('GET', message_key(entry[2][6]))
    if value then
      texts[#texts + 1] = entry[2][6]
      texts[#texts + 1] = value
    end
  end
end
local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)
local oldest = first[1] and first[1][1] or ''
return {whole(now), head(), redis.call('GET', prefix .. 'born') or '', redis.call('XLEN', log), oldest, entries, texts}
