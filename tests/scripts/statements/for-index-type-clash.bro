event bro_init()
	{
	for ( k in set("one") ) print k;
	for ( k in set(1) ) print k;
	}
