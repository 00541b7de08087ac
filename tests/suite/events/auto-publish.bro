# What is published automatically goes out when it is raised here. What another node raised does not go round in circles.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run hearer brood run -b ../hearer.bro
# @TEST-EXEC: btest-bg-run teller brood run -b ../teller.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff hearer/.stdout
# @TEST-EXEC: btest-diff teller/.stdout

# @TEST-START-FILE hearer.bro
@load until-lost

global tell: event(n: count);
global heard: event(n: count);

event bro_init()
	{
	Broker::subscribe("t/");
	Broker::auto_publish("back/", tell);
	Broker::listen("127.0.0.1", test_port);
	}

event tell(n: count)
	{
	print fmt("there %d, remote %s", n, is_remote_event());
	Broker::publish("back/x", heard, n);
	}
# @TEST-END-FILE

# @TEST-START-FILE teller.bro
@load peers

global tell: event(n: count);
global heard: event(n: count);

event bro_init()
	{
	Broker::subscribe("back/");
	Broker::auto_publish("t/tell", tell);
	Broker::peer("127.0.0.1", test_port, 100msec);
	}

event tell(n: count)
	{
	print fmt("here %d, remote %s", n, is_remote_event());
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	event tell(1);
	}

event heard(n: count)
	{
	print fmt("heard %d, remote %s", n, is_remote_event());

	if ( n == 1 )
		{
		print Broker::auto_unpublish("t/tell", tell);
		event tell(2);
		# What is published by its name goes out all the same, and behind what else did.
		Broker::publish("t/tell", tell, 3);
		}
	else
		terminate();
	}
# @TEST-END-FILE
