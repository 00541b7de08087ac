event bro_init()
	{
	local t: table[count] of string;
	t[5] = "five"; t[1] = "one"; t[3] = "three";
	delete t[1];
	t[1] = "one again";
	for ( k, v in t ) print k, v;
	}
