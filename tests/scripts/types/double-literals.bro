event bro_init()
	{
	print 1.0, .5, 1., 1e3, 1E-3, 2.5e+10, 3e0, 1e100, 1e-100;
	print 123456789.0, 1234567.0, 0.1 + 0.2, 1.0/3.0, 100000.0, 1000000.0;
	print -1.5, 1e6, 1e5, 1e15, 1e16, 1e-4, 1e-5;
	print type_name(1.), type_name(1e3);
	}
