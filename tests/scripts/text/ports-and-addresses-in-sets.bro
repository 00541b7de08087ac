event bro_init()
	{
	print set(80/tcp, 53/udp), set(1.2.3.4, [::1]), set(10.0.0.0/8);
	print table([80/tcp] = 1.2.3.4);
	}
