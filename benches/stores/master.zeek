# Puts PUTS keys into a master and tells when all of them are there; keeps them for clones where PORT is set.
@load base/frameworks/broker

redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;

global over: event();

const puts = to_count(getenv("PUTS"));

global store: opaque of Broker::Store;
global done = 0;
global began: time;

event over()
	{
	terminate();
	}

event finish()
	{
	when ( local last = Broker::get(store, fmt("key %d", puts)) )
		{
		print fmt("puts %f", puts / interval_to_double(current_time() - began));

		if ( getenv("PORT") != "" )
			{
			Broker::listen("127.0.0.1", to_port(getenv("PORT") + "/tcp"));
			print "ready";
			}
		else
			terminate();

		flush_all();
		}
	timeout 1min
		{
		print "no answer";
		terminate();
		}
	}

event put_some()
	{
	local end = done + 1000;
	while ( done < end && done < puts )
		{
		++done;
		Broker::put(store, fmt("key %d", done), done);
		}

	if ( done < puts )
		event put_some();
	else
		event finish();
	}

event zeek_init()
	{
	Broker::subscribe("bench/");
	store = Broker::create_master("bench", getenv("KIND") == "sqlite" ? Broker::SQLITE : Broker::MEMORY);
	began = current_time();
	event put_some();
	}
