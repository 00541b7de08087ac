event bro_init()
	{
	local t = table(["a"] = 1);
	print t["a"];
	print t["b"];
	print "goes on";
	}
