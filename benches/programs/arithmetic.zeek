# Loops over whole numbers and doubles: Collatz sequences, and a series for pi.
event zeek_init()
	{
	local longest = 0;
	local start = 1;

	while ( start < 60000 )
		{
		local n = start;
		local steps = 0;

		while ( n != 1 )
			{
			if ( n % 2 == 0 )
				n = n / 2;
			else
				n = 3 * n + 1;

			++steps;
			}

		if ( steps > longest )
			longest = steps;

		++start;
		}

	local pi = 0.0;
	local sign = 4.0;
	local k = 0;

	while ( k < 3000000 )
		{
		pi += sign / (2 * k + 1);
		sign = -sign;
		++k;
		}

	print longest, fmt("%.6f", pi);
	}
