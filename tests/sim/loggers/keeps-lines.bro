# No line of a log is lost or written twice, whoever is killed, stopped, held up or cut off, be it a logger. What lines
# are worth is for the invariant `logs` to say.
@load faults/chance

global noted = 0;

function note()
	{
	for ( i in Sim::nodes() )
		if ( Sim::is_running(Sim::nodes()[i]) && rand(2) == 0 )
			{
			Sim::raise(Sim::nodes()[i], "Tasks::note", noted);
			noted += 20;
			}
	}

function start_all()
	{
	for ( i in Sim::nodes() )
		if ( ! Sim::is_running(Sim::nodes()[i]) )
			Sim::start(Sim::nodes()[i]);
	}

function disturb()
	{
	local node = Chance::node();
	switch ( rand(6) ) {
	case 0:
		Sim::kill(node);
		break;
	case 1:
		if ( Sim::is_running(node) )
			Sim::stop(node);
		break;
	case 2:
		Chance::cut_in_two();
		break;
	case 3:
		if ( Sim::is_running(node) )
			Sim::stall(node, Chance::time_up_to(90sec));
		break;
	case 4:
		Sim::heal();
		break;
	case 5:
		start_all();
		break;
	}
	}

event bro_init()
	{
	Sim::advance(10sec);
	local rounds = 0;
	while ( ++rounds <= 12 )
		{
		note();
		disturb();
		note();
		Sim::advance(Chance::time_up_to(40sec));
		note();
		}
	# Some runs end in the midst of it.
	if ( rand(2) == 0 )
		return;
	Sim::heal();
	Sim::advance(2min);
	start_all();
	Sim::advance(2min);
	note();
	}
