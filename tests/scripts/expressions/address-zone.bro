event bro_init()
	{
	print [fe80::1%eth0];
	}
