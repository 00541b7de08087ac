event bro_init()
	{
	local a: addr = 127.0.0.1;
	local b: addr = [fe80::1];
	local s: set[addr] = { 1.1.1.1, [::2], a };
	print a, b, s, a in s;
	print [::ffff:10.0.0.1] in s, [2607:f8b0:4009:802::1014];
	}
