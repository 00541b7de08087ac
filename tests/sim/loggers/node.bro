# What every node does: writes lines of a log when it is asked to.
@load base/frameworks/cluster
redef Log::default_rotation_interval = 0sec;

module Tasks;

export {
	redef enum Log::ID += { LOG };

	type Info: record {
		node: string &log;
		number: count &log;
	};

	global note: event(first: count);
}

event note(first: count)
	{
	local number = first;
	while ( number < first + 20 )
		{
		Log::write(LOG, Info($node=Cluster::node, $number=number));
		++number;
		}
	}

event bro_init()
	{
	Log::create_stream(LOG, [$columns=Info, $path="tasks"]);
	}
