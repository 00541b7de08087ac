redef exit_only_after_terminate = T;

type R: record { n: count; };

global ready = F;

event set_it() { ready = T; }

event bro_init()
	{
	local r = R($n=1);
	when ( ready )
		{
		print r$n;
		terminate();
		}
	r$n = 2;
	schedule 10 msecs { set_it() };
	}
