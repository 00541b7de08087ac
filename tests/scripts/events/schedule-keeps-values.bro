redef exit_only_after_terminate = T;

event tell(s: string)
	{
	print s;
	terminate();
	}

event bro_init()
	{
	local s = "then";
	schedule 10 msecs { tell(s) };
	s = "now";
	}
