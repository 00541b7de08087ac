redef exit_only_after_terminate = T;

global t: table[string] of count;

event fill() { t["x"] = 5; }

event bro_init()
	{
	when ( "x" in t )
		{
		print t["x"];
		terminate();
		}
	schedule 10 msecs { fill() };
	}
