# Asks a clone for GETS keys of its master, with FLIGHT questions under way, once it has answered the first.
@load base/frameworks/broker

redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;

global over: event();

const gets = to_count(getenv("GETS"));

global store: opaque of Broker::Store;
global asked = 0;
global answered = 0;
global began: time;
global ask: function();

event end()
	{
	terminate();
	}

function take(good: bool)
	{
	if ( ! good )
		print "wrong answer";

	if ( ++answered == gets )
		{
		print fmt("gets %f", gets / interval_to_double(current_time() - began));
		Broker::publish("bench/over", over);
		schedule 100msec { end() };
		}
	else
		ask();
	}

function ask()
	{
	if ( asked == gets )
		return;

	local n = ++asked;
	when [n] ( local r = Broker::get(store, fmt("key %d", n)) )
		take((r$result as count) == n);
	timeout 1min
		{
		take(F);
		}
	}

event first()
	{
	when ( local r = Broker::get(store, "key 1") )
		{
		print fmt("attached %f", interval_to_double(current_time() - began));
		began = current_time();
		local i = 0;
		while ( ++i <= to_count(getenv("FLIGHT")) )
			ask();
		}
	timeout 1min
		{
		print "no answer";
		terminate();
		}
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	began = current_time();
	store = Broker::create_clone("bench");
	event first();
	}

event zeek_init()
	{
	Broker::peer("127.0.0.1", to_port(getenv("PORT") + "/tcp"));
	}
