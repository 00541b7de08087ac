# Kills a worker and cuts the manager off, in simulated time:
#
#   brood sim examples/tasks examples/tasks/tasks.bro --scenario examples/tasks/rehearsal.bro

function workers(): count
	{
	return Sim::eval("manager", "Cluster::worker_count") as count;
	}

event bro_init()
	{
	Sim::expect(Sim::run_until(function(): bool { return workers() == 2; }, 10sec), "both workers come up");

	Sim::kill("worker-1");
	Sim::expect(Sim::run_until(function(): bool { return workers() == 1; }, 5sec), "the manager misses a killed worker");
	Sim::start("worker-1");
	Sim::expect(Sim::run_until(function(): bool { return workers() == 2; }, 2min), "it counts it again");

	# Nothing is lost as long as the connection holds: for a minute.
	Sim::partition(set("manager"), set("worker-1", "worker-2"));
	Sim::advance(50sec);
	Sim::expect(workers() == 2, "a short cut is only a pause");
	Sim::heal();
	Sim::advance(2min);
	Sim::partition(set("manager"), set("worker-1", "worker-2"));
	Sim::advance(70sec);
	Sim::expect(workers() == 0, "a long cut is noticed");
	Sim::heal();
	Sim::expect(Sim::run_until(function(): bool { return workers() == 2; }, 2min), "and heals");
	print fmt("all is well after %s", network_time() - double_to_time(1542844800.0));
	}
