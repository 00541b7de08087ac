event bro_init()
	{
	local a: set[count];
	local b: set[count];
	local i = 0;
	while ( i < 1000 )
		{
		add a[i];
		add b[999 - i];
		++i;
		}
	print a == b, |a & b|, |a - b|, |a | b|;
	}
