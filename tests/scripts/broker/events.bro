# Events for other nodes are checked also where nobody hears them.
global hello: event(n: count, s: string);

function no_event() { }

event bro_init()
	{
	print Broker::make_event(hello, 1, "a");
	print Broker::make_event(hello, 1);
	print Broker::make_event(hello, "x", "a");
	print Broker::make_event(no_event);
	print Broker::publish("topic", hello, 1, "a"), Broker::publish("topic", Broker::make_event(hello, 2, "b"));
	# Where nobody is there nothing can fail.
	print Broker::publish("topic", hello, 1), Broker::publish("topic", Broker::make_event(no_event));
	print Broker::auto_publish("topic", hello), Broker::auto_unpublish("topic", hello), Broker::auto_publish("topic", no_event);
	print Broker::subscribe("topic"), Broker::unsubscribe("topic"), Broker::peers(), |Broker::node_id()|;
	print Broker::listen("127.0.0.1", 9999/udp);
	print Broker::peer("127.0.0.1", 9999/tcp);
	# Whoever peers waits for peers.
	terminate();
	}
redef Log::default_writer = Log::WRITER_NONE;
