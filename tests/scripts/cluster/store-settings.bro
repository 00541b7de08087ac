# The entry of a store chooses its backend and file; the rest follows from the defaults.
@load base/frameworks/cluster

redef Cluster::default_store_dir = "some-dir";
redef Cluster::stores += {
	["placed"] = [$options=[$sqlite=[$path="elsewhere.sqlite"]]],
	["chosen"] = [$backend=Broker::SQLITE, $master_node="proxy-1"],
};

event bro_init()
	{
	local placed = Cluster::stores["placed"];
	print placed$options, placed$backend, placed$clone_stale_interval;

	local chosen = Cluster::stores["chosen"];
	print chosen$options, chosen$backend, chosen$master_node;

	# Settings are completed when the store is created, in the entry itself.
	local info = Cluster::create_store("plain");
	print info$options, info$backend;
	print Cluster::stores["plain"]$options, Cluster::stores["unknown"]$options;
	}
