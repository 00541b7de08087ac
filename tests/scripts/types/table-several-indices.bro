event bro_init()
	{
	local t: table[addr, port] of string;
	t[1.2.3.4, 80/tcp] = "web";
	t[1.2.3.4, 22/tcp] = "ssh";
	print t;
	print [1.2.3.4, 80/tcp] in t, [1.2.3.4, 81/tcp] in t;
	for ( [a, p] in t )
		print a, p, t[a, p];
	delete t[1.2.3.4, 80/tcp];
	print |t|, t;
	}
