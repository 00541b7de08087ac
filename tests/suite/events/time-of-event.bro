# An event brings the time at which it was raised, from a node that adds it. From another the listener's own time counts.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run listener brood run -b ../listener.bro
# @TEST-EXEC: btest-bg-run with brood run -b ../dialler.bro name=with EventMetadata::add_network_timestamp=T
# @TEST-EXEC: btest-bg-run without brood run -b ../dialler.bro name=without
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: TEST_DIFF_CANONIFIER=sort btest-diff listener/.stdout

# @TEST-START-FILE listener.bro
@load peers

global note: event(how: string, raised: time);
global notes = 0;

event bro_init()
	{
	Broker::subscribe("t/");
	Broker::listen("127.0.0.1", test_port);
	}

event note(how: string, raised: time)
	{
	local away = current_event_time() - raised;
	print fmt("%s: %s, %d", how, away < 1usec && away > -1usec, |EventMetadata::current_all()|);

	if ( ++notes == 6 )
		terminate();
	}
# @TEST-END-FILE

# @TEST-START-FILE dialler.bro
@load until-lost
@load base/frameworks/cluster

const name = "" &redef;

global note: event(how: string, raised: time);

event bro_init()
	{
	Broker::peer("127.0.0.1", test_port, 100msec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	Broker::publish("t/x", note, name + " by broker", network_time());
	Cluster::publish("t/x", note, name + " by cluster", network_time());
	Cluster::publish("t/x", Cluster::make_event(note, name + " as event", network_time()));
	}
# @TEST-END-FILE
