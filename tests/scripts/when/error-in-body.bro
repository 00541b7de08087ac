redef exit_only_after_terminate = T;

event bro_init()
	{
	when ( T )
		{
		local t: table[count] of count;
		terminate();
		print t[1];
		print "goes on";
		}
	}
