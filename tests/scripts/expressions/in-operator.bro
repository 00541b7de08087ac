event bro_init()
	{
	print "ell" in "hello", "x" in "hello", "" in "abc", "hello" !in "ell";
	print 1 in set(1, 2), 3 !in set(1, 2), "k" in table(["k"] = 1);
	print [1, "a"] in set([1, "a"]), 1.2.3.4 in 1.2.0.0/16, /l+/ in "hello";
	print 1 in vector(5, 6), 2 in vector(5, 6);
	local s: set[addr] = set(1.2.3.4);
	print 1.2.3.4 in s;
	local n: set[subnet] = set(10.0.0.0/8, 192.168.0.0/16);
	print 10.2.3.4 in n, 11.2.3.4 in n, 192.168.7.0/24 in n;
	}
