# Answers each event of ask.zeek with another.
@load base/frameworks/broker
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = getenv("TLS") != "1";

global question: event(number: count);
global answer: event(number: count);

event question(number: count)
	{
	Broker::publish("asker/", answer, number);
	}

event zeek_init()
	{
	Broker::subscribe("answerer/");
	Broker::listen("127.0.0.1", to_port(getenv("PORT") + "/tcp"));
	print "ready";
	}
