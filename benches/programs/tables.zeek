# Tables and sets: by string, by two columns; filled, asked, changed, walked and emptied.
global seen: set[addr, port];
global per_host: table[string] of count &default=0;

event zeek_init()
	{
	local i = 0;

	while ( i < 400000 )
		{
		add seen[count_to_v4_addr(3232235520 + i % 65000), count_to_port(i % 50000, udp)];
		per_host[fmt("host-%d", i % 20000)] += 1;
		++i;
		}

	local known = 0;
	i = 0;

	while ( i < 400000 )
		{
		if ( [count_to_v4_addr(3232235520 + i % 65000), count_to_port(i % 49000, udp)] in seen )
			++known;
		++i;
		}

	local total = 0;

	for ( host in per_host )
		total += per_host[host];

	local size = |seen|;
	i = 0;

	while ( i < 400000 )
		{
		delete seen[count_to_v4_addr(3232235520 + i % 65000), count_to_port(i % 50000, udp)];
		++i;
		}

	print size, known, total, |seen|;
	}
