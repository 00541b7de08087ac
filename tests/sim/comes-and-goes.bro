# Nodes are stopped, killed and started again, and the others notice.
function workers(): count
	{
	return Sim::eval("manager", "Cluster::worker_count") as count;
	}

event bro_init()
	{
	Sim::expect(Sim::run_until(function(): bool { return workers() == 2; }), "both workers come up");
	Sim::expect(|Sim::nodes()| == 5, "the layout has five nodes");
	Sim::advance(10sec);
	Sim::expect(cat(Sim::peers("proxy-1")) == "[logger-1, manager, worker-1, worker-2]", cat(Sim::peers("proxy-1")));
	Sim::kill("worker-1");
	Sim::expect(! Sim::is_running("worker-1"), "what is killed does not run");
	Sim::expect(Sim::run_until(function(): bool { return workers() == 1; }, 5sec), "a killed worker is missed");
	Sim::start("worker-1");
	Sim::expect(Sim::run_until(function(): bool { return workers() == 2; }), "a killed worker comes back");
	Sim::stop("worker-2");
	Sim::expect(Sim::run_until(function(): bool { return ! Sim::is_running("worker-2"); }, 10sec), "who is asked to end ends");
	Sim::expect(Sim::run_until(function(): bool { return workers() == 1; }, 5sec), "a stopped worker is missed");
	Sim::restart("manager");
	Sim::expect(Sim::run_until(function(): bool { return Sim::is_running("manager") && workers() == 1; }), "a new manager counts anew");
	}
