event bro_init()
	{
	print 0, 1, 0x10, 0xff, 0xDEADbeef;
	print 18446744073709551615, 0xffffffffffffffff;
	print 9223372036854775807 + 1;
	print 0017;
	}
