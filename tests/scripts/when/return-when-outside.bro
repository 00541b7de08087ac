function ask(): count
	{
	return when ( T ) { return 1; }
	}

event bro_init()
	{
	local n = ask();
	print "goes on";
	}
