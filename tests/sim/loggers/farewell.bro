# A logger that ends while another node is held up: what that node has to say when it goes on is for the others.
event bro_init()
	{
	local number = 0;
	while ( ++number <= 3 )
		{
		local logger = fmt("logger-%d", number);
		Sim::advance(30sec);
		Sim::stall("worker-1", 2sec);
		Sim::raise("worker-1", "Tasks::note", 100 * number);
		Sim::stop(logger);
		Sim::advance(30sec);
		Sim::start(logger);
		}
	Sim::advance(30sec);
	}
