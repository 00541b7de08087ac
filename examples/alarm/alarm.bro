##! An alarm for hosts that more than one worker has seen.

@load base/frameworks/cluster

module Alarm;

export {
	## How many workers must have seen a host.
	const enough = 2 &redef;

	## Whether workers tell a manager that comes up what they have seen before.
	const tell_again = T &redef;

	## Tells that this worker has seen a host.
	global note: function(host: addr);

	## What workers tell the manager.
	global seen: event(host: addr, worker: string);

	## Raised on the manager, once for each host.
	global raised: event(host: addr);
}

# On a worker: what it has seen.
global noted: set[addr];

# On the manager: the workers that have seen a host.
global seen_by: table[addr] of set[string];

function note(host: addr)
	{
	add noted[host];
	Broker::publish(Cluster::manager_topic, Alarm::seen, host, Cluster::node);
	}

event Alarm::seen(host: addr, worker: string)
	{
	if ( host !in seen_by )
		seen_by[host] = set();

	if ( worker in seen_by[host] )
		return;

	add seen_by[host][worker];

	if ( |seen_by[host]| == enough )
		event Alarm::raised(host);
	}

event Alarm::raised(host: addr)
	{
	print fmt("alarm: %s", host);
	}

event Cluster::node_up(name: string, id: string)
	{
	if ( name != "manager" || ! tell_again )
		return;

	for ( host in noted )
		Broker::publish(Cluster::manager_topic, Alarm::seen, host, Cluster::node);
	}
