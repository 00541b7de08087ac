event bro_init()
	{
	switch ( 5 ) { case "five": break; }
	}
