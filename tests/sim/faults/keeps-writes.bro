# No write of a node that lives is lost, whoever is killed, held up or cut off for a while, and no event comes twice or
# out of order.
@load ./chance

# The last value of each key. A key belongs to one worker.
global written: table[string] of count;
global writes = 0;
global said = 0;
# Nodes that were asked to end and may not have yet.
global ending: set[string] = set();

function write()
	{
	local worker = rand(2) == 0 ? "worker-1" : "worker-2";
	if ( Sim::is_running(worker) && worker !in ending )
		{
		local key = fmt("%s/%d", worker, rand(3));
		written[key] = ++writes;
		Sim::raise(worker, "keep", key, writes);
		}
	if ( Sim::is_running("manager") )
		Sim::raise("manager", "say", ++said);
	}

# What was written by a node that ends may have been on its way.
function forget(node: string)
	{
	local lost: set[string] = set();
	for ( key in written )
		if ( split_string(key, /\//)[0] == node )
			add lost[key];
	for ( key in lost )
		delete written[key];
	}

function disturb()
	{
	local node = Chance::node();
	switch ( rand(5) ) {
	case 0:
		forget(node);
		Sim::kill(node);
		break;
	case 1:
		forget(node);
		add ending[node];
		Sim::stop(node);
		break;
	case 2:
		Chance::cut_in_two();
		break;
	case 3:
		Sim::stall(node, Chance::time_up_to(25sec));
		break;
	case 4:
		Sim::delay("known", Chance::time_up_to(3sec), 0.5);
		break;
	}
	}

function have_ended(): bool
	{
	for ( node in ending )
		if ( Sim::is_running(node) )
			return F;
	return T;
	}

function is_rising(numbers: vector of count): bool
	{
	for ( i in numbers )
		if ( i > 0 && numbers[i] <= numbers[i - 1] )
			return F;
	return T;
	}

event bro_init()
	{
	local nodes = Sim::nodes();
	Sim::advance(20sec);
	local rounds = 0;
	while ( ++rounds <= 6 )
		{
		disturb();
		local times = rand(5);
		while ( times > 0 )
			{
			--times;
			write();
			Sim::advance(Chance::time_up_to(8sec));
			}
		Sim::heal();
		Sim::leave_messages_alone();
		Sim::expect(Sim::run_until(have_ended, 30sec), "who is asked to end ends");
		ending = set();
		for ( i in nodes )
			if ( ! Sim::is_running(nodes[i]) )
				Sim::start(nodes[i]);
		write();
		Sim::advance(Chance::time_up_to(90sec));
		}
	Sim::advance(3min);
	for ( i in nodes )
		for ( key in written )
			Sim::raise(nodes[i], "look", key);
	Sim::advance(3sec);
	for ( i in nodes )
		{
		for ( key in written )
			{
			local found = Sim::show(nodes[i], fmt("found[\"%s\"]", key));
			Sim::expect(found == cat(written[key]), fmt("%s has %s for %s, which is %d", nodes[i], found, key, written[key]));
			}
		local told = Sim::eval(nodes[i], "told") as vector of count;
		Sim::expect(is_rising(told), fmt("%s was told %s", nodes[i], told));
		}
	}
