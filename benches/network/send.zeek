# Sends TOTAL events to receive.zeek, BATCH of them each millisecond.
@load base/frameworks/broker
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = getenv("TLS") != "1";
redef Broker::peer_buffer_size = to_count(getenv("QUEUE"));

global item: event(number: count, text: string);
global all_sent: event(total: count);
global heard: event();
const total = to_count(getenv("TOTAL"));
const batch = to_count(getenv("BATCH"));
global sent = 0;

event send()
	{
	local left = batch;
	while ( left > 0 && sent < total )
		{
		--left;
		Broker::publish("receiver/", item, ++sent, "hello world");
		}
	if ( sent < total )
		schedule 1msec { send() };
	else
		Broker::publish("receiver/", all_sent, total);
	}

event heard()
	{
	print "done";
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, text: string)
	{
	schedule 100msec { send() };
	}

event zeek_init()
	{
	Broker::subscribe("sender/");
	Broker::peer("127.0.0.1", to_port(getenv("PORT") + "/tcp"), 1sec);
	}
