# What is past is due at once. Infinity and what is no number never come, except that the end runs what is left.
redef exit_only_after_terminate = T;

event later(what: string)
	{
	print what, bro_is_terminating();
	}

event stop()
	{
	terminate();
	}

event bro_init()
	{
	local infinity = 1e308 * 10.0;
	schedule double_to_interval(infinity - infinity) { later("not a number") };
	schedule double_to_interval(infinity) { later("infinity") };
	schedule double_to_interval(-infinity) { later("minus infinity") };
	schedule -1 sec { later("past") };
	schedule 0 secs { later("now") };
	schedule 50 msecs { stop() };
	}
