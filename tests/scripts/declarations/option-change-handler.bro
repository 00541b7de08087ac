module M;

export { option size = 5; }

function changed(id: string, value: count): count
	{
	print "changing", id, size, value;
	return value * 10;
	}

event bro_init()
	{
	Option::set_change_handler("M::size", changed);
	print Option::set("M::size", 7);
	print size;
	print Option::set("M::size", "text");
	print size;
	}
