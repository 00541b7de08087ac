# After unsubscribing nothing of the prefix is heard, and other prefixes are.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run hearer brood run -b ../hearer.bro
# @TEST-EXEC: btest-bg-run speaker brood run -b ../speaker.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff hearer/.stdout

# @TEST-START-FILE hearer.bro
@load peers

global note: event(s: string);
global next_one: event();

event bro_init()
	{
	Broker::subscribe("a/");
	Broker::subscribe("b/");
	Broker::listen("127.0.0.1", test_port);
	}

event note(s: string)
	{
	print s;

	if ( s == "a and b" )
		{
		print Broker::unsubscribe("a/");
		Broker::publish("back/", next_one);
		}

	if ( s == "only b" )
		terminate();
	}
# @TEST-END-FILE

# @TEST-START-FILE speaker.bro
@load until-lost

global note: event(s: string);
global next_one: event();

event bro_init()
	{
	Broker::subscribe("back/");
	Broker::peer("127.0.0.1", test_port, 100msec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	Broker::publish("a/x", note, "a and b");
	}

event next_one()
	{
	Broker::publish("a/x", note, "a again");
	Broker::publish("b/x", note, "only b");
	}
# @TEST-END-FILE
