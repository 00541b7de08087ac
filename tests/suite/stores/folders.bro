# A persistent store of a cluster is kept where the settings say.
#
# @TEST-EXEC: brood run -b %INPUT >output
# @TEST-EXEC: find . -name "*.sqlite" | sort >>output
# @TEST-EXEC: btest-diff output

@load base/frameworks/cluster

redef Cluster::default_store_dir = "stores/below";
redef Cluster::stores += { ["placed"] = [$options=[$sqlite=[$path="placed.sqlite"]]] };

event bro_init()
	{
	for ( name in set("usual", "placed") )
		{
		local info = Cluster::create_store(name, T);
		Broker::put(info$store, "k", 1);
		print fmt("%s: %s %s", name, info$backend, info$master);
		}
	}
