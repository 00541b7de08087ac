event bro_init()
	{
	print get_current_packet_ts();
	}

function local_lookup(c: conn_id): bool
	{
	# Mentioning it is nothing.
	local f = connection_exists;
	return connection_exists(c);
	}
