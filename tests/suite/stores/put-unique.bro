# Of two values that a clone puts once the first is kept.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run master brood run -b master-at-port
# @TEST-EXEC: btest-bg-run clone brood run -b ../clone.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff clone/.stdout

# @TEST-START-FILE clone.bro
@load peers

global s: opaque of Broker::Store;
global puts: event(value: string);

event tell()
	{
	when ( local kept = Broker::get(s, "key") )
		{
		print fmt("kept: %s", kept$result as string);
		terminate();
		}
	timeout 20sec { print "no answer to get"; }
	}

event puts(value: string)
	{
	when [value] ( local r = Broker::put_unique(s, "key", value) )
		{
		print fmt("%s: %s %s", value, r$status, r$result as bool);

		if ( value == "first" )
			event puts("second");
		else
			event tell();
		}
	timeout 20sec { print "no answer to put_unique"; }
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	s = Broker::create_clone("s");
	event puts("first");
	}

event bro_init()
	{
	Broker::peer("127.0.0.1", test_port, 100msec);
	}
# @TEST-END-FILE
