# What a filter's ext_func adds stays, whatever the filter includes or excludes of the stream's own columns.

redef LogAscii::include_meta = F;

module Test;

export {
	redef enum Log::ID += { LOG };
	type Info: record { n: count &log; word: string &log; };
	type Added: record { node: string &log; };
}

function added(path: string): Added { return [$node="here"]; }

event bro_init()
	{
	Log::create_stream(LOG, [$columns=Info, $path="/dev/stdout"]);
	Log::add_filter(LOG, [$name="default", $path="/dev/stdout", $include=set("n"), $ext_func=added]);
	Log::write(LOG, [$n=5, $word="gone"]);
	Log::add_filter(LOG, [$name="default", $path="/dev/stdout", $exclude=set("n", "_node"), $ext_func=added]);
	Log::write(LOG, [$n=6, $word="kept"]);
	}
