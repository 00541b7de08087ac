event bro_init()
	{
	assert 1 + 1 == 2;
	assert T, "never shown";
	print "went on";
	}
