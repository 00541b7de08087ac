event bro_init()
	{
	local m: vector of vector of count = vector(vector(1, 2), vector(3));
	m[1][1] = 4;
	m += vector(5);
	print m, m[0][1], |m[1]|;
	for ( i in m )
		for ( j in m[i] )
			print i, j, m[i][j];
	}
