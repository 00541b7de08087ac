event bro_init()
	{
	local t: table[vector of any] of count;
	local v: vector of any = vector(1);
	v[1] = v;
	t[v] = 1;
	print |t|, v in t;
	delete t[v];
	print |t|;
	}
