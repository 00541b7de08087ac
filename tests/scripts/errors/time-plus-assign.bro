# A time takes no `+=` and `-=`, as intervals do.

event bro_init()
	{
	local soon = double_to_time(1.0);
	soon += 1sec;
	soon -= 1sec;
	}
