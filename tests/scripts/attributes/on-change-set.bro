function changed(s: set[string], kind: TableChange, key: string)
	{
	print kind, key;
	}

global s: set[string] &on_change=changed;

event bro_init()
	{
	add s["a"];
	delete s["a"];
	}
