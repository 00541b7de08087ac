# run: run
# Options change from files and by scripts; each change is logged with where it comes from.
redef Log::default_writer = Log::WRITER_NONE;
redef Config::config_files += { "parts/options.dat" };

module Test;

export {
	option number = 1;
	option names: set[string] = {"x"};
	option text = "";
}

event Config::log_config(rec: Config::Info)
	{
	print rec$id, rec$old_value, rec$new_value, rec?$location ? rec$location : "nowhere";
	}

event bro_init()
	{
	print Config::set_value("Test::text", "by script");
	print Config::set_value("Test::text", 7, "a place");
	}

event Input::end_of_data(name: string, source: string)
	{
	if ( source == "parts/options.dat" )
		Config::read_config("parts/once.dat");
	}

event bro_done()
	{
	print number, names, text;
	}
