# A changed option takes its value, and the change is told.

redef Log::default_writer = Log::WRITER_NONE;

@load base/frameworks/config

export {
	option number = 1;
	option names: set[string] = set("a");
	option list: vector of count = vector(1, 2);
}

event Config::log_config(rec: Config::Info)
	{
	print rec$id, rec$old_value, rec$new_value, rec?$location ? rec$location : "-";
	}

event bro_init()
	{
	print Config::set_value("number", 2), number;
	print Config::set_value("names", set("b", "c"), "a test"), names;
	print Config::set_value("list", vector(3, 4)), list;
	}
