# Records: a ring of cells that pass on what they hold, with optional fields and defaults.
type Cell: record {
	number: count;
	heat: double &default=0.0;
	seen: count &default=0;
	label: string &optional;
};

event zeek_init()
	{
	local ring: vector of Cell;
	local i = 0;

	while ( i < 50000 )
		{
		ring += Cell($number=i, $heat=i * 0.001);
		++i;
		}

	local round = 0;

	while ( round < 40 )
		{
		local before = ring[|ring| - 1];

		for ( j in ring )
			{
			local cell = ring[j];
			cell$heat = (cell$heat + before$heat) / 2;
			++cell$seen;

			if ( ! cell?$label && cell$heat > 49.0 )
				cell$label = "hot";

			before = cell;
			}

		++round;
		}

	local hot = 0;

	for ( k in ring )
		if ( ring[k]?$label )
			++hot;

	print |ring|, hot, ring[0]$seen;
	}
