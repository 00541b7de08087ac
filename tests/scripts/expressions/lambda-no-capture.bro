event bro_init()
	{
	local f = function(a: string, b: string): string { return b + a; };
	print f("a", "b");
	print (function(n: count): count { return n * n; })(9);
	}
