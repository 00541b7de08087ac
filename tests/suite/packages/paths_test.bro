# base/utils/paths: paths are simplified, joined, and found in texts.

@load base/utils/paths

type Simple: record {
	path: string;
	simple: string;
};

global test_simplify_cases: table[string] of Simple = {
	["/"] = [$path="/", $simple="/"],
	["a"] = [$path="a", $simple="a"],
	["up, from the top"] = [$path="/a/../b", $simple="/b"],
	["here, and double slashes"] = [$path="/a/./b//c/", $simple="/a/b/c"],
	["up, at first"] = [$path="../a", $simple="../a"],
	# As in Bro, these go away together.
	["up twice, at first"] = [$path="../../a", $simple="a"],
	["down and up"] = [$path="a/b/../..", $simple=""],
	["up from the top"] = [$path="/..", $simple="/"],
	["a double slash"] = [$path="a//b", $simple="a/b"],
	["up twice"] = [$path="/a/b/../../c", $simple="/c"],
	["here, at first"] = [$path="./a", $simple="./a"],
	["up to nothing"] = [$path="a/..", $simple=""],
	["up twice, alone"] = [$path="../..", $simple="../.."],
};

function test_simplify(c: Simple)
	{
	assert compress_path(c$path) == c$simple;
	}

function test_join()
	{
	assert build_path("/etc", "passwd") == "/etc/passwd";
	assert build_path("/etc", "/passwd") == "/passwd", "an absolute path stands for itself";
	assert build_path_compressed("/etc/", "../passwd") == "/passwd";
	}

function test_paths_in_texts()
	{
	assert extract_path("see \"/var/log/x y\" there") == "/var/log/x", "it ends at a space";
	assert extract_path("see /a\\ b there") == "/a\\ b", "unless a backslash stands before it";
	assert extract_path("none") == "";
	}
