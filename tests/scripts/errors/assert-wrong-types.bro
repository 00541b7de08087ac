# The words are those of Zeek 8.
event bro_init()
	{
	assert 3;
	assert T, 4;
	}
