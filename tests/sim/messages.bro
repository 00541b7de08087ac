# Messages are lost, come late, come twice, or as they should.
function told(): string
	{
	return Sim::show("worker-2", "told");
	}

event bro_init()
	{
	Sim::advance(5sec);
	Sim::raise("manager", "say", 1);
	Sim::advance(1sec);
	Sim::expect(told() == "[1]", "a message comes: " + told());
	Sim::drop("told/");
	Sim::raise("manager", "say", 2);
	Sim::advance(1min);
	Sim::expect(told() == "[1]", "a message is lost: " + told());
	Sim::leave_messages_alone();
	Sim::duplicate("told/manager");
	Sim::raise("manager", "say", 3);
	Sim::advance(1sec);
	Sim::expect(told() == "[1, 3, 3]", "a message comes twice: " + told());
	Sim::leave_messages_alone();
	Sim::delay("told/", 10sec);
	Sim::raise("manager", "say", 4);
	Sim::advance(9sec);
	Sim::expect(told() == "[1, 3, 3]", "a message is late: " + told());
	Sim::advance(2sec);
	Sim::expect(told() == "[1, 3, 3, 4]", "a late message comes: " + told());
	}
