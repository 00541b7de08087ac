# base/frameworks/logging: a stream without a path gets one from its name.

module FooBar;
export { redef enum Log::ID += { LOG, OTHER_LOG, PLAIN }; }

module SSH;
export { redef enum Log::ID += { LOG }; }

module LoadedScriptsAgain;
export { redef enum Log::ID += { LOG }; }

module GLOBAL;

type Path: record {
	id: Log::ID;
	path: string;
};

global test_path_cases: table[string] of Path = {
	["a log of a module"] = [$id=FooBar::LOG, $path="foo_bar"],
	["another log of it"] = [$id=FooBar::OTHER_LOG, $path="foobar_other"],
	["not called log"] = [$id=FooBar::PLAIN, $path="foobar_plain"],
	["capitals"] = [$id=SSH::LOG, $path="ssh"],
	["several words"] = [$id=LoadedScriptsAgain::LOG, $path="loaded_scripts_again"],
	["of no module of its own"] = [$id=Log::UNKNOWN, $path="log_unknown"],
};

function test_path(c: Path)
	{
	assert Log::default_path_func(c$id, "", [$x=1]) == c$path;
	assert Log::default_path_func(c$id, "given", [$x=1]) == "given";
	}
