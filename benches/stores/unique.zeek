# Asks a master in a file PUTS times to put what is not there, with FLIGHT questions under way.
@load base/frameworks/broker

redef exit_only_after_terminate = T;

const puts = to_count(getenv("PUTS"));

global store: opaque of Broker::Store;
global asked = 0;
global answered = 0;
global began: time;
global ask: function();

function take(good: bool)
	{
	if ( ! good )
		print "not put";

	if ( ++answered == puts )
		{
		print fmt("answers %f", puts / interval_to_double(current_time() - began));
		terminate();
		}
	else
		ask();
	}

function ask()
	{
	if ( asked == puts )
		return;

	local n = ++asked;
	when [n] ( local r = Broker::put_unique(store, fmt("key %d", n), n) )
		take(r$result as bool);
	timeout 1min
		{
		take(F);
		}
	}

event zeek_init()
	{
	store = Broker::create_master("bench", Broker::SQLITE);
	began = current_time();
	local i = 0;
	while ( ++i <= to_count(getenv("FLIGHT")) )
		ask();
	}
