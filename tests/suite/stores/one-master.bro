# A store has one master among nodes that know each other.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run master brood run -b master-at-port
# @TEST-EXEC: btest-bg-run second bro -b ../second.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff second/.stdout
# @TEST-EXEC: sed 's/^[0-9.]* //' second/.stderr >told
# @TEST-EXEC: btest-diff told

# @TEST-START-FILE second.bro
@load peers

event bro_done()
	{
	print "done";
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	# What is there already is not made twice, here either.
	Broker::create_master("own");
	print Broker::store_name(Broker::create_master("own")), Broker::store_name(Broker::create_clone("own"));
	Broker::create_master("s");
	print "goes on";
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) &priority=-1
	{
	terminate();
	}

event bro_init()
	{
	Broker::peer("127.0.0.1", test_port, 100msec);
	}
# @TEST-END-FILE
