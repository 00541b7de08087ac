event bro_init()
	{
	print "a" < "b", "a" < "B", "abc" < "abcd", "" < "a", "b" > "abc";
	print "a" == "a", "a" != "a", "a" <= "a", "b" >= "c";
	print "x" + "y" + "z";
	local s = "a";
	s += "bc";
	print s;
	print "\0a" == "\0b", "a\0" == "a";
	}
