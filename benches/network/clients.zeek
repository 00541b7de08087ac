# A node with WebSocket clients: takes events of one, sends events to it, and answers it.
@load base/frameworks/cluster
redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;
redef Broker::web_socket_buffer_size = 1000000;

global item: event(number: count, text: string);
global all_sent: event(total: count);
global send: event(total: count);
global ask: event(number: count);
global answer: event(number: count);
global items = 0;
global began: time;

event item(number: count, text: string)
	{
	if ( ++items == 1 )
		began = current_time();
	}

event all_sent(total: count)
	{
	# What was lost does not count.
	print fmt("rate %.0f", items == total ? items / interval_to_double(current_time() - began) : 0.0);
	}

event send(total: count)
	{
	local sent = 0;
	while ( sent < total )
		Cluster::publish("client/", item, ++sent, "hello world");
	}

event ask(number: count)
	{
	Cluster::publish("client/", answer, number);
	}

event zeek_init()
	{
	Cluster::subscribe("node/");
	Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port=to_port(getenv("PORT") + "/tcp")]);
	print "ready";
	}
