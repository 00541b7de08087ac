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
	Sim::leave_messages_alone();
	local number = 4;
	while ( number < 40 )
		{
		Sim::partition(set("manager"), set("worker-2"));
		Sim::raise("manager", "say", ++number);
		Sim::advance(100msec);
		Sim::raise("manager", "say", ++number);
		Sim::heal();
		Sim::advance(100msec);
		}
	local numbers = Sim::eval("worker-2", "told") as vector of count;
	Sim::expect(|numbers| == 40, "what was stuck comes: " + told());
	for ( i in numbers )
		Sim::expect(i < 4 || numbers[i] == i + 1, "what was stuck comes before what was said later: " + told());
	}
