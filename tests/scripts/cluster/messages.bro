# Without peers an event that fits is sent to nobody; one that does not fit is an error at the call.
@load base/frameworks/cluster

global note: event(number: count, text: string);

event note(number: count, text: string)
	{
	print "never raised here";
	}

hook Cluster::on_subscribe(topic: string)
	{
	print "subscribing", topic;
	}

event bro_init()
	{
	print Cluster::publish("some/topic", note, 1, "a");
	local made = Cluster::make_event(note, 2, "b");
	print made$args;
	print Cluster::publish("some/topic", made);
	print Cluster::publish("some/topic", Broker::make_event(note, 3, "c"));
	print Cluster::publish_hrw(Cluster::proxy_pool, "key", note, 4, "d");
	print Cluster::publish_rr(Cluster::proxy_pool, "key", note, 5, "e");
	print Cluster::subscribe("some/"), Cluster::unsubscribe("some/");
	print is_remote_event();
	print Cluster::make_event(note, "not a count", "f")?$ev;
	}
