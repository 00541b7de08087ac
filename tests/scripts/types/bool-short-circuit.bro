function say(value: bool): bool
	{
	print fmt("asked %s", value);
	return value;
	}

event bro_init()
	{
	print say(F) && say(T);
	print say(T) || say(F);
	print say(T) && say(F);
	print say(F) || say(T);
	}
