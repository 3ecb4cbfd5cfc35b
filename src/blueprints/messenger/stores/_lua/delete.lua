local id, room, by, replay_events = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if redis.call('UNLINK', message_key(id)) == 0 then return 0 end
redis.call('ZREM', posted_key(room), id)
if redis.call('ZREM', deadlines_key(room), id) == 1 then redis.call('DECR', live) end
redis.call('XADD', log, 'MAXLEN', '~', replay_events, '*', 'kind', 'deleted', 'room', room, 'id', id, 'by', by)
redis.call('PUBLISH', bus, '')
return 1
