return take(ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), now)
