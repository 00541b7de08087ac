# Without a cluster a store has its master here and is ready at once.
@load base/frameworks/cluster

redef exit_only_after_terminate = T;

event bro_init()
	{
	local info = Cluster::create_store("notes");
	print info?$store, info$master, info$backend, Broker::store_name(info$store);
	print Cluster::stores["notes"]$name, "other" in Cluster::stores;

	Broker::put(info$store, "one", 1);
	Broker::put(info$store, 2, "two");

	when ( local answer = Broker::get(info$store, "one") )
		{
		print answer$status, answer$result as count;

		when ( local missing = Broker::get(info$store, "three") )
			{
			print missing$status, missing$result?$data;
			terminate();
			}
		timeout 5 secs
			{
			print "no second answer";
			terminate();
			}
		}
	timeout 5 secs
		{
		print "no answer";
		terminate();
		}
	}
