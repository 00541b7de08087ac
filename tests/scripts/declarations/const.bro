const limit = 10;
const names: set[string] = { "a", "b" };
const changed = 1 &redef;

redef changed = 2;

event bro_init()
	{
	print limit, names, changed;
	}
