# Both workers see a host and the manager is killed, in an order and after pauses that the seed draws.

function pause()
	{
	Sim::advance(rand(2000) * 1msec);
	}

function is_raised(): bool
	{
	return "alarm: 192.0.2.7" in Sim::output("manager");
	}

event bro_init()
	{
	Sim::advance(10sec);

	local nodes = vector("worker-1", "worker-2", "manager");
	local first = rand(3);
	for ( i in nodes )
		{
		local node = nodes[(first + i) % 3];
		pause();
		if ( node == "manager" )
			Sim::restart(node);
		else
			Sim::call(node, "Alarm::note", 192.0.2.7);
		}

	Sim::expect(Sim::run_until(is_raised, 2min), "the alarm is raised");
	}
