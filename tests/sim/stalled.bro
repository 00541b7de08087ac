# A node that is held up does everything later, and its clock may be wrong.
event bro_init()
	{
	Sim::advance(5sec);
	Sim::stall("worker-2", 20sec);
	Sim::raise("manager", "say", 1);
	Sim::advance(19sec);
	Sim::expect(Sim::show("worker-1", "told") == "[1]", "others go on");
	Sim::expect(Sim::show("worker-2", "told") == "[]", "a stalled node does nothing");
	Sim::advance(2sec);
	Sim::expect(Sim::show("worker-2", "told") == "[1]", "it catches up");
	Sim::skew("worker-1", 1hr);
	local ahead = (Sim::eval("worker-1", "network_time()") as time) - network_time();
	Sim::expect(ahead > 59min && ahead < 61min, fmt("its clock is ahead by %s", ahead));
	}
