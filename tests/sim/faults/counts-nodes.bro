# Whatever befalls a cluster, and though messages of old lives come late, everybody knows in the end who is there.
@load ./chance

function start_all()
	{
	for ( i in Sim::nodes() )
		if ( ! Sim::is_running(Sim::nodes()[i]) )
			Sim::start(Sim::nodes()[i]);
	}

function disturb()
	{
	local node = Chance::node();
	switch ( rand(8) ) {
	case 0:
		Sim::kill(node);
		break;
	case 1:
		Sim::restart(node);
		break;
	case 2:
		Sim::partition(set(node));
		break;
	case 3:
		if ( Sim::is_running(node) )
			Sim::stall(node, Chance::time_up_to(100sec));
		break;
	case 4:
		Sim::heal();
		break;
	case 5:
		Sim::stop(node);
		Sim::start(node);
		break;
	case 6:
		Chance::cut_in_two();
		break;
	case 7:
		Sim::delay("", Chance::time_up_to(3sec), 0.5);
		break;
	}
	}

event bro_init()
	{
	Sim::advance(10sec);
	local rounds = 0;
	while ( ++rounds <= 20 )
		{
		disturb();
		Sim::advance(Chance::time_up_to(10sec));
		}
	Sim::heal();
	Sim::leave_messages_alone();
	# A node that is held up ends late when it is asked to.
	Sim::advance(2min);
	start_all();
	Sim::advance(4min);
	for ( i in Sim::nodes() )
		{
		local node = Sim::nodes()[i];
		local proxies = Sim::show(node, "Cluster::proxy_pool$alive_count");
		Sim::expect(proxies == "1", fmt("%s has one proxy: %s", node, proxies));
		}
	Sim::expect(Sim::show("manager", "Cluster::worker_count") == "2", "the manager counts both workers");
	}
