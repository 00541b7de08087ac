# Strings: lines are made, matched, cut, changed and joined again.
event zeek_init()
	{
	local i = 0;
	local bytes = 0;
	local local_hosts = 0;
	local words = 0;

	while ( i < 300000 )
		{
		local line = fmt("host-%d.example.net took %.3f s for %s", i % 5000, i * 0.25, cat("item", i % 31));

		if ( /host-[0-9]*7\.example/ in line )
			++local_hosts;

		words += |split_string(line, / +/)|;
		bytes += |subst_string(to_lower(line), "example", "local")| + |gsub(line, /[aeiou]/, "")|;
		++i;
		}

	print local_hosts, words, bytes;
	}
