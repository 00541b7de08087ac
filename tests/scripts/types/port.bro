event bro_init()
	{
	print 80/tcp, 53/udp, 8/icmp, 7/unknown, 0/tcp, 65535/udp;
	print 80/tcp == 80/tcp, 80/tcp == 80/udp, 80/tcp < 81/tcp;
	print 80/udp < 22/tcp, 1/unknown < 1/tcp, 80/udp > 443/tcp;
	print type_name(80/tcp);
	local p: port = 47761/tcp;
	print p;
	}
