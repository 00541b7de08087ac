# A stream without a path gets one from its name.

module FooBar;
export { redef enum Log::ID += { LOG, OTHER_LOG, PLAIN }; }

module SSH;
export { redef enum Log::ID += { LOG }; }

module LoadedScriptsAgain;
export { redef enum Log::ID += { LOG }; }

event bro_init()
	{
	for ( id in set(FooBar::LOG, FooBar::OTHER_LOG, FooBar::PLAIN, SSH::LOG, LoadedScriptsAgain::LOG, Log::UNKNOWN) )
		print id, Log::default_path_func(id, "", [$x=1]), Log::default_path_func(id, "given", [$x=1]);
	}
