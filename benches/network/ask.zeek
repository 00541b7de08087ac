# Sends an event to answer.zeek and waits for the answer, TOTAL times, and tells how long one takes.
@load base/frameworks/broker
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = getenv("TLS") != "1";

global question: event(number: count);
global answer: event(number: count);
const total = to_count(getenv("TOTAL"));
global began: time;

event ask()
	{
	began = current_time();
	Broker::publish("answerer/", question, 1);
	}

event answer(number: count)
	{
	if ( number < total )
		Broker::publish("answerer/", question, number + 1);
	else
		print fmt("trip %.2f", interval_to_double(current_time() - began) * 1e6 / total);
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, text: string)
	{
	schedule 100msec { ask() };
	}

event zeek_init()
	{
	Broker::subscribe("asker/");
	Broker::peer("127.0.0.1", to_port(getenv("PORT") + "/tcp"), 1sec);
	}
