# An argument that does not fit is refused, with the names of the event and of the types.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run listener brood run -b ../listener.bro
# @TEST-EXEC: btest-bg-run dialler brood run -b ../dialler.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff listener/.stdout
# @TEST-EXEC: sed 's/(from .*)/(from ID)/' listener/.stderr >told
# @TEST-EXEC: btest-diff told
# @TEST-EXEC: btest-diff dialler/.stdout

# @TEST-START-FILE listener.bro
@load until-lost

global odd: event(n: count);

event odd(n: count)
	{
	print "never";
	}

event bro_init()
	{
	Broker::subscribe("t/");
	print Broker::listen("127.0.0.1", test_port) == test_port;
	}
# @TEST-END-FILE

# @TEST-START-FILE dialler.bro
@load peers

global odd: event(n: string);

event bro_init()
	{
	Broker::peer("127.0.0.1", test_port, 100msec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	print m;
	Broker::publish("t/x", odd, "one");
	terminate();
	}
# @TEST-END-FILE
