# The time of events can be moved.
event bro_init()
	{
	print set_network_time(double_to_time(42.0));
	print network_time();
	}
