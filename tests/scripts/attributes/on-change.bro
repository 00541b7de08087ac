function changed(t: table[string] of count, kind: TableChange, key: string, value: count)
	{
	print kind, key, value;
	}

global t: table[string] of count &on_change=changed;

event bro_init()
	{
	t["a"] = 1;
	t["a"] = 2;
	delete t["a"];
	}
