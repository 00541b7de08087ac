# A stream's filters are kept by name, and the default one is there from the start.

redef Log::default_writer = Log::WRITER_NONE;

module Test;

export {
	redef enum Log::ID += { LOG };
	type Info: record { n: count &log; };
}

event bro_init()
	{
	print Log::create_stream(LOG, [$columns=Info, $path="test"]);
	print Log::get_filter_names(LOG), Log::get_filter(LOG, "default")$path;
	print Log::add_filter(LOG, [$name="other", $path="other", $writer=Log::WRITER_NONE]);
	print Log::get_filter_names(LOG), LOG in Log::active_streams;
	print Log::remove_default_filter(LOG), Log::get_filter(LOG, "default")$name;
	print Log::disable_stream(LOG), LOG in Log::active_streams, Log::enable_stream(LOG), LOG in Log::active_streams;
	print Log::remove_stream(LOG), |Log::get_filter_names(LOG)|, Log::enable_stream(LOG);
	}
