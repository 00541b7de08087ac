event bro_init()
	{
	switch ( 5 ) { case 6: print "wrong"; }
	}
