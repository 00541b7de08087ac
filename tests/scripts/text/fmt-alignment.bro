event bro_init()
	{
	print fmt("[%-10s][%10s][%3s]", "ab", "ab", "abcdef");
	print fmt("[%-6d][%6d][%06d]", 42, -42, 42);
	print fmt("[%8.2f][%-8.2f][%.0f]", 3.14159, 3.14159, 2.5);
	print fmt("[%5s][%-5s]", T, 80/tcp);
	}
