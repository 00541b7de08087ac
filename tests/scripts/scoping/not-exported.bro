module First;

global hidden = 2;

module Second;

event bro_init()
	{
	print First::hidden;
	}
