event bro_init()
	{
	for ( i, e in vector("p", "q") ) print i, e;
	}
