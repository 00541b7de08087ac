# base/misc/version: versions are taken apart and compared.

@load base/misc/version

type Parts: record {
	text: string;
	number: count;
	minor: count;
	patch: count &default=0;
	commit: count &default=0;
	is_beta: bool &default=F;
	is_debug: bool &default=F;
};

global test_parse_cases: table[string] of Parts = {
	["release"] = [$text="2.6.4", $number=20604, $minor=6, $patch=4],
	["first of a series"] = [$text="2.6", $number=20600, $minor=6],
	["beta"] = [$text="2.5-beta2-12-debug", $number=20500, $minor=5, $commit=12, $is_beta=T, $is_debug=T],
	["later commit"] = [$text="2.4-12", $number=20400, $minor=4, $commit=12],
};

function test_parse(c: Parts)
	{
	local v = Version::parse(c$text);
	assert v$version_number == c$number && v$major == 2 && v$minor == c$minor && v$patch == c$patch;
	assert v$commit == c$commit && v$beta == c$is_beta && v$debug == c$is_debug && v$version_string == c$text;
	}

function test_own()
	{
	assert Version::at_least("1.5") && ! Version::at_least("9.9.9");
	assert Version::number == Version::info$version_number;
	}
