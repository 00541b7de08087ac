event bro_init()
	{
	print fmt("%f", 1.5), fmt("%e", 1.5), fmt("%g", 1.5), fmt("%g", 1e20), fmt("%.3g", 1234.5);
	print fmt("%.10f", 1.0 / 3.0), fmt("%f", 1e15), fmt("%d", 3);
	}
