-- a store that was emptied gets another birthday: ids of its former life mean nothing any more
redis.call('SET', prefix .. 'born', whole(now), 'NX')
local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)
return {redis.call('GET', prefix .. 'born'), redis.call('XLEN', log), first[1] and first[1][1] or '', redis.call('SMEMBERS', rooms)}
