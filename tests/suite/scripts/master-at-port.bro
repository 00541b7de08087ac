##! The master of a store "s", until its peer is gone.

@load ./until-lost

event bro_init()
	{
	Broker::create_master("s");
	Broker::listen("127.0.0.1", test_port);
	}
