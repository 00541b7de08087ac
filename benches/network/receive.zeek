# Takes events from send.zeek, and tells how many came a second and how many are missing.
@load base/frameworks/broker
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = getenv("TLS") != "1";

global item: event(number: count, text: string);
global all_sent: event(total: count);
global heard: event();
global items = 0;
global began: time;

event item(number: count, text: string)
	{
	if ( ++items == 1 )
		began = current_time();
	}

event all_sent(total: count)
	{
	print fmt("rate %.0f", items / interval_to_double(current_time() - began));
	print fmt("lost %d", total - items);
	Broker::publish("sender/", heard);
	}

event zeek_init()
	{
	Broker::subscribe("receiver/");
	Broker::listen("127.0.0.1", to_port(getenv("PORT") + "/tcp"));
	print "ready";
	}
