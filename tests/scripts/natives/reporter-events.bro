# Messages become events; what their handlers report does not.
redef Reporter::errors_to_stderr = F;

event reporter_info(t: time, msg: string, location: string)
	{
	print "info", msg, location;
	}

event reporter_warning(t: time, msg: string, location: string)
	{
	print "warning", msg;
	}

event reporter_error(t: time, msg: string, location: string)
	{
	print "error", msg, location;
	Reporter::error("from the handler");
	}

event net_weird(name: string)
	{
	print "weird", name;
	}

event bro_init()
	{
	Reporter::info("so it is");
	Reporter::warning("take care");
	Reporter::error("this is wrong");
	local t: table[count] of count;
	print t[1];
	}

event bro_init() &priority=-1
	{
	Reporter::set_weird_sampling_threshold(2);
	Reporter::set_weird_sampling_rate(3);
	local i = 0;
	while ( ++i <= 8 )
		Reporter::net_weird("odd");
	print get_reporter_stats()$weirds;
	}
