event bro_init()
	{
	print fmt("%s and %s", vector(1, 2), [$a=1, $b="x"]);
	print fmt("%s", set(3)), fmt("%s", /re/), fmt("%s", bro_done);
	}
