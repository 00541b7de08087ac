# The master of a cluster's store is on the node that the settings name, with the backend that they name.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/four/cluster-layout.bro
# @TEST-EXEC: for node in manager proxy-1 worker-1 worker-2; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for node in manager proxy-1 worker-1 worker-2; do sed "s/^/$node: /" $node/.stdout | sort; done >output
# @TEST-EXEC: ls */stores >>output
# @TEST-EXEC: btest-diff output

@load together

redef Cluster::default_master_node = "proxy-1";
redef Cluster::default_backend = Broker::SQLITE;
redef Cluster::default_store_dir = "stores";
redef Cluster::stores += {
	["chosen"] = [$master_node="manager", $backend=Broker::MEMORY, $clone_stale_interval=7sec],
};

global chosen: Cluster::StoreInfo;
global usual: Cluster::StoreInfo;
global found = 0;

function tell(info: Cluster::StoreInfo)
	{
	print fmt("%s: %s, %s, %s, %s", info$name, info$master_node, info$master, info$backend, info$clone_stale_interval);
	}

event ask(info: Cluster::StoreInfo, key: string)
	{
	when [info, key] ( local r = Broker::get(info$store, key) )
		{
		if ( r$status != Broker::SUCCESS )
			schedule 50msec { ask(info, key) };
		else
			{
			print fmt("%s has %s", info$name, key);

			# A master does not wait for itself.
			if ( ++found == (chosen$master || usual$master ? 1 : 2) )
				Together::done();
			}
		}
	timeout 5sec { event ask(info, key); }
	}

event bro_init()
	{
	chosen = Cluster::create_store("chosen");
	usual = Cluster::create_store("usual");
	tell(chosen);
	tell(usual);
	}

event Cluster::node_up(name: string, id: string)
	{
	# What owns the store is there now.
	for ( _, info in vector(chosen, usual) )
		{
		if ( name == info$master_node )
			{
			Broker::put(info$store, Cluster::node, T);
			event ask(info, Cluster::node);
			}
		}
	}
