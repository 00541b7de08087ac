# What a master has answered for outlives it; a full disk and a partition are told to who asks.
function find(node: string, key: string): string
	{
	Sim::raise(node, "look", key);
	Sim::advance(3sec);
	return Sim::show(node, fmt("found[\"%s\"]", key));
	}

event bro_init()
	{
	Sim::advance(20sec);
	Sim::raise("worker-1", "keep", "one", 1);
	Sim::advance(1sec);
	Sim::expect(find("worker-2", "one") == "1", "a clone has what another wrote");
	Sim::kill("manager");
	Sim::advance(5sec);
	Sim::start("manager");
	# Peers that were lost are tried again after a minute.
	Sim::advance(70sec);
	Sim::expect(find("manager", "one") == "1", "a new master has what the old one had");
	Sim::expect(find("worker-2", "one") == "1", "clones find the new master");
	Sim::fill_disk("manager");
	Sim::raise("worker-1", "keep", "two", 2);
	Sim::advance(1sec);
	Sim::expect(find("manager", "two") == "nothing", "nothing is kept on a full disk");
	Sim::fill_disk("manager", F);
	Sim::partition(set("worker-2"), set("manager", "logger-1", "proxy-1", "worker-1"));
	Sim::raise("worker-1", "keep", "three", 3);
	Sim::advance(1sec);
	Sim::expect(find("worker-1", "three") == "3", "who is not cut off goes on");
	Sim::expect(find("worker-2", "three") != "3", "who is cut off knows nothing new");
	Sim::heal();
	Sim::expect(Sim::run_until(function(): bool { return find("worker-2", "three") == "3"; }, 3min), "what was missed comes");
	Sim::expect(/got hello from worker-1/ in Sim::file("logger-1", "cluster.log"), "the logger writes what others log");
	Sim::expect(|Sim::files("worker-1")| == 0, "who has a logger writes no logs");
	}
