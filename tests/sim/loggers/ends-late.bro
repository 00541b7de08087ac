# Records that wait in a node which is held up, and is asked to end meanwhile, go to a logger that is still there.
event bro_init()
	{
	Sim::advance(5sec);
	Sim::raise("worker-1", "Tasks::note", 1);
	Sim::advance(500msec);
	Sim::stall("worker-1", 30sec);
	Sim::stop("worker-1");
	Sim::advance(1sec);
	Sim::kill("logger-1");
	Sim::kill("logger-3");
	Sim::advance(1min);
	Sim::expect(! Sim::is_running("worker-1"), "worker-1 has ended");

	# Some went out before.
	local written: set[string] = set();
	for ( logger in set("logger-1", "logger-2", "logger-3") )
		for ( line in find_all(Sim::file(logger, "tasks.log"), /worker-1\t[0-9]+/) )
			add written[line];
	Sim::expect(|written| == 20, fmt("every line is written: %s", written));
	}
