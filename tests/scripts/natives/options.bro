# An option changes through all its handlers, by priority; each sees what the one before returned.
module Test;

export {
	option limit = 5;
	option names: set[string] = { "a" };
}

function log_change(id: string, value: count): count
	{
	print "first", id, value, Test::limit;
	return value + 1;
	}

function log_source(id: string, value: count, location: string): count
	{
	print "second", id, value, location;
	return value * 2;
	}

function refuse(id: string, value: set[string]): set[string]
	{
	return "bad" in value ? Test::names : value;
	}

event bro_init()
	{
	print Option::set_change_handler("Test::limit", log_source, -5);
	print Option::set_change_handler("Test::limit", log_change);
	print Option::set_change_handler("Test::names", refuse);
	print Option::set("Test::limit", 10, "here"), Test::limit;
	local s: set[string] = { "x", "y" };
	print Option::set("Test::names", s);
	add s["z"];
	print Test::names;
	add s["bad"];
	print Option::set("Test::names", s), |Test::names|;
	print Option::set("Test::limit", -1), Test::limit;
	print Option::set("Test::unknown", 1);
	print Option::set("bro_init", 1);
	print Option::set_change_handler("Test::limit", refuse);
	}
