# Functions of nodes are called with arguments of every kind, and give what they give.
event bro_init()
	{
	Sim::expect(Sim::run_until(function(): bool { return |Sim::peers("worker-1")| == 3; }), "the cluster comes up");
	Sim::expect((Sim::call("worker-1", "to_upper", "ada") as string) == "ADA", "a native gives its result");
	Sim::expect((Sim::call("proxy-1", "sum_of", vector(1, 2, 3), set("a", "b")) as count) == 8, "so does a function");
	Sim::expect((Sim::call("worker-1", "joined", "a") as string) == "a and 3", "what is not given is as its default");
	Sim::expect((Sim::call("worker-1", "joined", "a", "or", 4) as string) == "a or 4", "what is given is not");
	Sim::expect((Sim::call("worker-1", "note", 7) as bool), "T stands for a result where there is none");
	Sim::expect(Sim::show("worker-1", "told") == "[7]", "what it does stays");
	Sim::expect(Sim::show("worker-1", "network_time() > double_to_time(1.0)") == "T", "in the time of its node");
	Sim::call("manager", "publish_note", 9);
	Sim::expect(Sim::run_until(function(): bool { return Sim::show("worker-2", "told") == "[9]"; }, 1sec), "it can publish");
	}
