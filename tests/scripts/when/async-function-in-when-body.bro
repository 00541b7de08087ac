redef exit_only_after_terminate = T;

global step = 0;

event advance() { ++step; schedule 5 msecs { advance() }; }

event bro_init()
	{
	event advance();
	when ( step > 0 )
		{
		print "first";
		when ( step > 2 )
			{
			print "second";
			terminate();
			}
		}
	}
