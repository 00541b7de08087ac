event bro_init()
	{
	local width = 40;
	print 1.2.3.4/width;
	}
