# Whatever befalls a cluster, it becomes whole again: once all faults are over, the nodes agree about who is there and
# about what the store holds.
@load ./chance

const keys = 7;
global written = 0;

function write()
	{
	local worker = rand(2) == 0 ? "worker-1" : "worker-2";
	if ( Sim::is_running(worker) )
		{
		++written;
		Sim::raise(worker, "keep", cat(written % keys), written);
		}
	}

function start_all()
	{
	for ( i in Sim::nodes() )
		if ( ! Sim::is_running(Sim::nodes()[i]) )
			Sim::start(Sim::nodes()[i]);
	}

function disturb()
	{
	local node = Chance::node();
	switch ( rand(7) ) {
	case 0:
		Sim::kill(node);
		break;
	case 1:
		if ( Sim::is_running(node) )
			Sim::stop(node);
		break;
	case 2:
		Chance::cut_in_two();
		break;
	case 3:
		if ( Sim::is_running(node) )
			Sim::stall(node, Chance::time_up_to(90sec));
		break;
	case 4:
		Sim::heal();
		break;
	case 5:
		start_all();
		break;
	case 6:
		Sim::restart(node);
		break;
	}
	}

# All that a node has in the store, as it is answered.
function kept_by(node: string): string
	{
	local kept = "";
	local key = 0;
	while ( key < keys )
		{
		kept += " " + Sim::show(node, fmt("found[\"%d\"]", key));
		++key;
		}
	return kept;
	}

event bro_init()
	{
	local nodes = Sim::nodes();
	Sim::advance(20sec);
	local rounds = 0;
	while ( ++rounds <= 12 )
		{
		disturb();
		write();
		Sim::advance(Chance::time_up_to(40sec));
		write();
		}
	Sim::heal();
	# A node that is held up ends late when it is asked to.
	Sim::advance(2min);
	start_all();
	Sim::advance(5min);
	for ( i in nodes )
		{
		local peers = Sim::peers(nodes[i]);
		Sim::expect(|peers| == (/worker/ in nodes[i] ? 3 : 4), fmt("%s has all its peers: %s", nodes[i], peers));
		local proxies = Sim::show(nodes[i], "Cluster::proxy_pool$alive_count");
		Sim::expect(proxies == "1", fmt("%s has one proxy: %s", nodes[i], proxies));
		}
	Sim::expect(Sim::show("manager", "Cluster::worker_count") == "2", "the manager counts both workers");
	Sim::raise("worker-1", "keep", "last", 4711);
	Sim::advance(5sec);
	for ( i in nodes )
		{
		local key = 0;
		while ( key < keys )
			{
			Sim::raise(nodes[i], "look", cat(key));
			++key;
			}
		Sim::raise(nodes[i], "look", "last");
		}
	Sim::advance(3sec);
	for ( i in nodes )
		{
		local kept = kept_by(nodes[i]);
		Sim::expect(kept == kept_by("manager"), fmt("%s has%s, the master%s", nodes[i], kept, kept_by("manager")));
		local last = Sim::show(nodes[i], "found[\"last\"]");
		Sim::expect(last == "4711", fmt("%s knows what was written last: %s", nodes[i], last));
		}
	}
