event bro_init()
	{
	local s = "one " +
	          "two " +
	          "three";
	print s, |s|;
	}
