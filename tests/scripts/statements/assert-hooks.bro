hook assertion_failure(cond: string, msg: string, bt: Backtrace)
	{
	print "failure", cond, msg;
	for ( i in bt )
		{
		local at = bt[i]?$line_location ? fmt("line %d", bt[i]$line_location) : "no line";
		print bt[i]$function_name, at, |bt[i]$function_args|;
		}
	if ( msg == "quiet" )
		break;
	}

hook assertion_result(result: bool, cond: string, msg: string, bt: Backtrace)
	{
	print "result", result, cond, msg, |bt|;
	}

function inner(n: count, s: string)
	{
	assert n >= 3, s;
	print "inner goes on";
	}

function outer(n: count, s: string)
	{
	inner(n, s);
	print "outer goes on";
	}

global checked: hook(n: count);

hook checked(n: count) &priority=1
	{
	assert n == 1;
	print "hook goes on";
	}

hook checked(n: count)
	{
	print "other bodies of a hook run";
	}

event bro_init()
	{
	outer(3, "fine");
	assert md5_hash("") != "" && |"x"| > 0;
	hook checked(2);
	outer(2, "");
	print "not reached";
	}

event bro_init() &priority=-1
	{
	outer(1, "quiet");
	print "not reached";
	}
