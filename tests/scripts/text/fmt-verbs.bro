event bro_init()
	{
	print fmt("%d %x %s %f %e %g", 255, 255, "s", 3.14159, 12345.678, 0.0001);
	print fmt("%5d|%-5d|%05d", 42, 42, 42);
	print fmt("%.2f|%8.3f|%-8.2f|", 3.14159, 3.14159, 3.14159);
	print fmt("%10s|%-10s|", "right", "left");
	print fmt("%s %s %s %s", T, 1.2.3.4, 80/tcp, 10.0.0.0/8);
	print fmt("%d%%", 50);
	print fmt("no arguments");
	print fmt("%d %s", -5, -5);
	print fmt("%x", 48879), fmt("%s", 1 min);
	}
