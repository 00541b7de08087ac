# After a peering is removed nothing is exchanged, and both sides are told.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run receiver brood run -b ../receiver.bro
# @TEST-EXEC: btest-bg-run sender brood run -b ../sender.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff receiver/.stdout
# @TEST-EXEC: btest-diff sender/.stdout

# @TEST-START-FILE receiver.bro
@load until-lost

global note: event(n: count);

event bro_init()
	{
	Broker::subscribe("t/");
	Broker::listen("127.0.0.1", test_port);
	}

event note(n: count)
	{
	print fmt("note %d", n);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	print fmt("added: %s", m);
	print fmt("outbound %s", Broker::is_outbound_peering("127.0.0.1", e$network$bound_port));
	}

event Broker::peer_lost(e: Broker::EndpointInfo, m: string)
	{
	print fmt("lost: %s", m);
	}
# @TEST-END-FILE

# @TEST-START-FILE sender.bro
@load peers

global note: event(n: count);

# The port is another one whenever this runs.
function without_port(text: string): string
	{
	return subst_string(text, sub(cat(test_port), /\/tcp/, ""), "PORT");
	}

event bro_init()
	{
	Broker::peer("127.0.0.1", test_port, 100msec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	Broker::publish("t/x", note, 1);
	print fmt("peers %d %s", |Broker::peers()|, Broker::peers()[0]$status);
	print fmt("outbound %s %s", Broker::is_outbound_peering("127.0.0.1", test_port),
	          Broker::is_outbound_peering("127.0.0.1", 1/tcp));
	Broker::unpeer("127.0.0.1", test_port);
	Broker::publish("t/x", note, 2);
	}

event Broker::peer_removed(e: Broker::EndpointInfo, m: string)
	{
	print without_port(fmt("removed %s: %s, peers %d", e$network$bound_port, m, |Broker::peers()|));
	Broker::unpeer("127.0.0.1", test_port);
	}

event Broker::error(code: Broker::ErrorCode, m: string)
	{
	if ( code == Broker::PEER_UNAVAILABLE )
		# It was there before the receiver.
		return;

	print without_port(fmt("error %s %s", code, m));
	terminate();
	}
# @TEST-END-FILE
