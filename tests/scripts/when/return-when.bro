redef exit_only_after_terminate = T;

global ready = F;

event set_it() { ready = T; }

function ask(n: count): count
	{
	return when ( ready )
		{
		return n * 2;
		}
	timeout 10 secs
		{
		return 0;
		}
	}

event bro_init()
	{
	when ( local answer = ask(21) )
		{
		print answer;
		terminate();
		}
	schedule 10 msecs { set_it() };
	}
