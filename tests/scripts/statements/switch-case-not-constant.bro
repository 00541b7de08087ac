event bro_init()
	{
	local n = 5;
	switch ( 5 ) { case n: break; }
	}
