##! The version of the scripting language's engine, in forms that can be compared: `@if ( Version::number >= 20600 )`.

@load base/frameworks/reporter
@load base/utils/strings

module Version;

export {
	## A version.
	type VersionDescription: record {
		version_number: count;	##< All in one number to compare: 20604 for 2.6.4.
		major: count;	##< 2 for 2.6.4.
		minor: count;	##< 6 for 2.6.4.
		patch: count;	##< 4 for 2.6.4, 0 for 2.6.
		commit: count;	##< 12 for 2.6-12, else 0.
		beta: bool;	##< Whether it is a beta release.
		debug: bool;	##< Whether it is a debug build.
		version_string: string;	##< The version as a text.
	};

	## Takes a version apart.
	##
	## version_string: the version, such as "2.6.4" or "2.6-beta2-12-debug".
	##
	## Returns: its parts; numbers are 0 where the text is no version, which is also reported.
	global parse: function(version_string: string): VersionDescription;

	## Tells whether this engine is recent enough.
	##
	## version_string: the version asked for.
	##
	## Returns: whether this is that version or a later one.
	global at_least: function(version_string: string): bool;
}

function parse(version_string: string): VersionDescription
	{
	local version = VersionDescription($version_number=0, $major=0, $minor=0, $patch=0, $commit=0, $beta=F, $debug=F,
	                                   $version_string=version_string);

	if ( version_string != /[[:digit:]]\.[[:digit:]][[:digit:]]?(\.[[:digit:]][[:digit:]]?)?(\-beta[[:digit:]]?)?(-[[:digit:]]+)?(\-debug)?/ )
		{
		Reporter::error(fmt("Version string %s cannot be parsed", version_string));
		return version;
		}

	local halves = split_string1(version_string, /\-/);
	local numbers = split_string(halves[0], /\./);
	version$major = to_count(numbers[0]);
	version$minor = to_count(numbers[1]);

	if ( |numbers| > 2 )
		version$patch = to_count(numbers[2]);

	version$version_number = version$major * 10000 + version$minor * 100 + version$patch;
	version$beta = /\-beta/ in version_string;
	version$debug = /\-debug/ in version_string;

	local commit = find_last(version_string, /\-[[:digit:]]+/);

	if ( commit != "" )
		version$commit = to_count(commit[1:]);

	return version;
	}

export {
	## This engine's version as a number: 20604 for 2.6.4.
	const number = Version::parse(bro_version())$version_number;

	## This engine's version.
	const info = Version::parse(bro_version());
}

function at_least(version_string: string): bool
	{
	return number >= parse(version_string)$version_number;
	}
