# A node that only forwards raises nothing itself.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run relay brood run -b ../relay.bro
# @TEST-EXEC: btest-bg-run left brood run -b ../end.bro own=left other=right
# @TEST-EXEC: btest-bg-run right brood run -b ../end.bro own=right other=left
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff relay/.stdout
# @TEST-EXEC: btest-diff left/.stdout
# @TEST-EXEC: btest-diff right/.stdout

# @TEST-START-FILE relay.bro
@load peers

redef Broker::forward_messages = T;

global note: event(n: count);
global begin: event();
global ends = 0;

event bro_init()
	{
	print fmt("forward %s %s", Broker::forward("through/"), Broker::forward("through/"));
	Broker::subscribe("here/");
	Broker::listen("127.0.0.1", test_port);
	}

event note(n: count)
	{
	print fmt("relay has %d", n);
	terminate();
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	if ( ++ends == 2 )
		Broker::publish("begin", begin);
	}
# @TEST-END-FILE

# @TEST-START-FILE end.bro
@load until-lost

const own = "" &redef;
const other = "" &redef;

global note: event(n: count);
global begin: event();

event bro_init()
	{
	Broker::subscribe(own);
	Broker::subscribe("through/" + own);
	Broker::subscribe("begin");
	Broker::peer("127.0.0.1", test_port, 100msec);
	}

event note(n: count)
	{
	print fmt("%s has %d", own, n);

	if ( n < 3 )
		Broker::publish("through/" + other, note, n + 1);
	else
		Broker::publish("here/", note, 4);
	}

event begin()
	{
	if ( own == "right" )
		Broker::publish("through/left", note, 1);
	}
# @TEST-END-FILE
