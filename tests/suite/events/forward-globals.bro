# A node that only forwards a topic takes globals and logs of it all the same.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run relay brood run -b ../relay.bro
# @TEST-EXEC: btest-bg-run sender brood run -b ../sender.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff relay/.stdout
# @TEST-EXEC: btest-diff sender/.stdout

# @TEST-START-FILE both.bro
@load peers

module Test;

export {
	redef enum Log::ID += { LOG };

	type Line: record {
		n: count &log;
	};
}

global agreed = 0;
global note: event();

event bro_init()
	{
	Log::create_stream(LOG, [$columns=Line, $path="test"]);
	}
# @TEST-END-FILE

# @TEST-START-FILE relay.bro
@load ./both

module Test;

event bro_init() &priority=-1
	{
	Broker::forward("bro/logs/");
	Broker::forward("ids/");
	Broker::forward("events/");
	Broker::listen("127.0.0.1", test_port);
	}

event note()
	{
	print "never";
	}

event look()
	{
	local seen = get_broker_stats();

	if ( seen$num_logs_incoming == 0 )
		{
		schedule 20msec { look() };
		return;
		}

	print fmt("agreed on %d, %d event came and was passed on", agreed, seen$num_events_incoming);
	terminate();
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	event look();
	}
# @TEST-END-FILE

# @TEST-START-FILE sender.bro
@load ./both
@load until-lost

redef Log::enable_remote_logging = T;

module Test;

event bro_init() &priority=-1
	{
	Broker::peer("127.0.0.1", test_port, 100msec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	agreed = 7;
	Broker::publish("events/x", note);
	print Broker::publish_id("ids/x", "Test::agreed");
	# The first record of a stream goes out at once.
	Log::write(LOG, [$n=1]);
	Log::write(LOG, [$n=2]);
	print fmt("flushed %d, then %d", Broker::flush_logs(), Broker::flush_logs());
	}
# @TEST-END-FILE
