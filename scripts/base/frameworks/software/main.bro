##! Software seen on hosts: scripts report what they find, versions are taken apart, and what is new or has changed goes
##! to `software.log`. In a cluster, each host's software is kept on one of the proxies.

@load base/utils/directions-and-hosts
@load base/utils/numbers
@load base/utils/patterns
@load base/frameworks/cluster

module Software;

export {
	redef enum Log::ID += { LOG };

	## Kinds of software. Scripts add their own.
	type Type: enum {
		UNKNOWN,	##< Not known.
	};

	## A version.
	type Version: record {
		major: count &optional;	##< The first number.
		minor: count &optional;	##< The second number.
		minor2: count &optional;	##< The third number.
		minor3: count &optional;	##< The fourth number.
		addl: string &optional;	##< What comes then, such as "beta42".
	} &log;

	## Software on a host, and a line of `software.log`.
	type Info: record {
		## When it was seen.
		ts: time &log &optional;
		## Where.
		host: addr &log;
		## The port, if it is a server.
		host_p: port &log &optional;
		## The kind.
		software_type: Type &log &default=UNKNOWN;
		## The name.
		name: string &log &optional;
		## The version.
		version: Version &log &optional;
		## Name and version as the software itself says them. Enough where *name* and *version* are not given.
		unparsed_version: string &log &optional;
		## Log it even where nothing is new.
		force_log: bool &default=F;
	};

	## The hosts whose software matters.
	option asset_tracking = LOCAL_HOSTS;

	## Reports software.
	##
	## id: the connection in which it was seen.
	##
	## info: the software.
	##
	## Returns: whether it is of interest and complete.
	global found: function(id: conn_id, info: Info): bool;

	## Compares two versions, number by number and then by what comes after. One that has a part is above one that has
	## not.
	##
	## Returns: -1 where the first is below the second, 1 where it is above, else 0.
	global cmp_versions: function(v1: Version, v2: Version): int;

	## The names to use for software that goes by several.
	global alternate_names: table[string] of string = {
		["Flash Player"] = "Flash",
	} &default=function(a: string): string { return a; };

	## A host's software by name.
	type SoftwareSet: table[string] of Info;

	## All software, forgotten after a day and then reported as new.
	global tracked: table[addr] of SoftwareSet &create_expire=1day;

	## Raised for each line of `software.log`.
	global log_software: event(rec: Info);

	## A host's software has another version than before.
	global version_change: event(old: Info, new: Info);

	## Takes software to where the host's software is kept.
	global register: event(info: Info);
}

event bro_init() &priority=5
	{
	Log::create_stream(Software::LOG, [$columns=Info, $ev=log_software, $path="software"]);
	}

# What software says of itself, taken apart.
type Description: record {
	name: string;
	version: Version;
	unparsed_version: string;
};

global parse: function(unparsed_version: string): Description;

# How to know a browser, and where its version stands: the first of the expressions that matches.
type Browser: record {
	sign: pattern;
	name: string &optional;
	versions: vector of pattern &default=vector();
	version: Version &optional;
};

# Browsers claim to be others, so the order matters.
const browsers: vector of Browser = vector(
	Browser($sign=/Opera [0-9\.]*$/, $name="Opera", $versions=vector(/Opera [0-9\.]*$/)),
	Browser($sign=/Trident\/4\.0/, $name="MSIE", $version=Version($major=8, $minor=0)),
	Browser($sign=/Trident\/5\.0/, $name="MSIE", $version=Version($major=9, $minor=0)),
	Browser($sign=/Trident\/6\.0/, $name="MSIE", $version=Version($major=10, $minor=0)),
	Browser($sign=/Trident\/7\.0/, $name="MSIE", $version=Version($major=11, $minor=0)),
	Browser($sign=/ MSIE |Trident\//, $name="MSIE", $versions=vector(/MSIE [0-9]{1,2}\.*[0-9]*b?[0-9]*/)),
	Browser($sign=/Edge\//, $name="Edge", $versions=vector(/Edge\/[0-9\.]*/)),
	Browser($sign=/Version\/.*Safari\//, $name="Safari", $versions=vector(/Version\/[0-9\.]*/)),
	Browser($sign=/(Firefox|Netscape|Thunderbird)\/[0-9\.]*/,
	        $versions=vector(/(Firefox|Netscape|Thunderbird)\/[0-9\.]*/)),
	Browser($sign=/Chrome\/.*Safari\//, $name="Chrome", $versions=vector(/Chrome\/[0-9\.]*/)),
	Browser($sign=/^Opera\/.*Opera Mini\//, $name="Opera Mini",
	        $versions=vector(/Version\/[0-9\.]*/, /Opera Mini\/[0-9\.]*/)),
	Browser($sign=/^Opera\/.*Opera Mobi\//, $name="Opera Mobi", $versions=vector(/Version\/[0-9\.]*/)),
	Browser($sign=/^Opera\//, $name="Opera", $versions=vector(/Version\/[0-9\.]*/)),
	Browser($sign=/Flash%20Player/, $name="Flash", $versions=vector(/Flash%20Player\/[0-9\.]*/)),
	Browser($sign=/AdobeAIR\/[0-9\.]*/, $name="AdobeAIR", $versions=vector(/AdobeAIR\/[0-9\.]*/)),
	Browser($sign=/AppleWebKit\/[0-9\.]*/, $name="Unspecified WebKit", $versions=vector(/AppleWebKit\/[0-9\.]*/)),
	Browser($sign=/ Java\/[0-9]\./, $name="Java", $versions=vector(/Java\/[0-9\._]*/))
);

# Takes apart what a browser says of itself.
function parse_mozilla(unparsed_version: string): Description
	{
	local found_one = Description($name="<unknown browser>", $version=Version(), $unparsed_version=unparsed_version);

	for ( i in browsers )
		{
		local browser = browsers[i];

		if ( browser$sign !in unparsed_version )
			next;

		if ( browser?$version )
			found_one$version = copy(browser$version);

		local versions = browser$versions;

		for ( j in versions )
			{
			local place = match_pattern(unparsed_version, versions[j]);

			if ( ! place$matched )
				next;

			local parsed = parse(place$str);
			found_one$name = parsed$name;
			found_one$version = parsed$version;
			break;
			}

		if ( browser?$name )
			found_one$name = browser$name;

		if ( found_one$name == "Safari" && / Mobile\/?.* Safari/ in unparsed_version )
			found_one$version$addl = "Mobile";

		break;
		}

	return found_one;
	}

# The first part that is not empty, or all where there is none.
function first_part(text: string): string
	{
	if ( /^[[:blank:]]*\([a-zA-Z0-9\-\._[:blank:]]*\)/ in text )
		return split_string_n(text, /[\(\)]/, F, 2)[1];

	local parts = split_string_n(text, /[\-\._,;\[\]\(\)\{\} ]/, F, 3);

	for ( i in parts )
		if ( i < 3 && parts[i] != "" )
			return strip(parts[i]);

	return strip(text);
	}

# Takes a version's numbers apart. The text still has in front what separates it from the name.
function parse_numbers(text: string, v: Version)
	{
	local numbers = strip(text);

	if ( /^[\/\-\._v\(]/ in numbers )
		numbers = strip(sub(text, /^\(?[\/\-\._v\(]/, ""));

	local parts = split_string_n(numbers, /[\-\._,\[\(\{ ]/, F, 3);

	for ( i in parts )
		{
		if ( parts[i] == "" )
			next;

		local number = extract_count(parts[i]);

		switch ( i )
			{
			case 0:
				v$major = number;
				break;

			case 1:
				v$minor = number;
				break;

			case 2:
				v$minor2 = number;
				break;

			case 3:
				v$minor3 = number;
				break;
			}
		}
	}

# Takes apart what software says of itself: a name, a separator, numbers, and something more.
function parse(unparsed_version: string): Description
	{
	if ( /^(Mozilla|Opera)\/[0-9]+\./ in unparsed_version )
		return parse_mozilla(unparsed_version);

	local v: Version;
	local text = unescape_URI(gsub(unparsed_version, /\\x/, "%"));
	local parts = split_string_n(text, /([\/\-_]|( [\(v]+))?[0-9\-\._, ]{2,}/, T, 1);
	local name = parts[0];

	if ( /([\/\-_]|( [\(v]+))$/ in name )
		name = strip(sub(name, /([\/\-_]|( [\(v]+))/, ""));

	if ( /^\(/ in name )
		name = sub(name, /\(/, "");

	if ( |parts| > 1 )
		{
		parse_numbers(parts[1], v);

		if ( parts[2] != "" && parts[2] != ")" )
			v$addl = first_part(parts[2]);
		}

	return [$name=alternate_names[strip(name)], $version=v, $unparsed_version=unparsed_version];
	}

# A version's numbers, with -1 for those that are not there.
function version_numbers(v: Version): vector of int
	{
	local numbers: vector of int = vector(-1, -1, -1, -1);

	if ( v?$major )
		numbers[0] = v$major;

	if ( v?$minor )
		numbers[1] = v$minor;

	if ( v?$minor2 )
		numbers[2] = v$minor2;

	if ( v?$minor3 )
		numbers[3] = v$minor3;

	return numbers;
	}

function cmp_versions(v1: Version, v2: Version): int
	{
	local n1 = version_numbers(v1);
	local n2 = version_numbers(v2);

	for ( i in n1 )
		if ( n1[i] != n2[i] )
			return n1[i] < n2[i] ? -1 : 1;

	if ( v1?$addl && v2?$addl )
		return strcmp(v1$addl, v2$addl);

	if ( v1?$addl )
		return 1;

	return v2?$addl ? -1 : 0;
	}

function software_endpoint_name(id: conn_id, host: addr): string
	{
	return cat(host, host == id$orig_h ? " client" : " server");
	}

# A version as a text: "1.2.3.4-beta".
function software_fmt_version(v: Version): string
	{
	local text = v?$major ? cat(v$major) : "0";

	if ( v?$minor )
		text += cat(".", v$minor);

	if ( v?$minor2 )
		text += cat(".", v$minor2);

	if ( v?$minor3 )
		text += cat(".", v$minor3);

	if ( v?$addl )
		text += cat("-", v$addl);

	return text;
	}

# Software as a text: its name and version.
function software_fmt(i: Info): string
	{
	return cat(i$name, " ", software_fmt_version(i$version));
	}

event Software::register(info: Info)
	{
	if ( info$host !in tracked )
		tracked[info$host] = SoftwareSet();

	local known = tracked[info$host];

	if ( info$name in known )
		{
		local old = known[info$name];

		if ( cmp_versions(old$version, info$version) != 0 )
			event Software::version_change(old, info);
		else if ( ! info$force_log )
			return;
		}

	known[info$name] = info;
	Log::write(Software::LOG, info);
	}

function found(id: conn_id, info: Info): bool
	{
	if ( ! info$force_log && ! addr_matches_host(info$host, asset_tracking) )
		return F;

	if ( ! info?$ts )
		info$ts = network_time();

	if ( info?$version )
		{
		if ( ! info?$name )
			{
			Reporter::error("Required field name not present in Software::found");
			return F;
			}
		}
	else
		{
		if ( ! info?$unparsed_version )
			{
			Reporter::error("No unparsed version string present in Info record with version in Software::found");
			return F;
			}

		local parsed = parse(info$unparsed_version);
		info$name = parsed$name;
		info$version = parsed$version;
		}

@if ( Cluster::is_enabled() )
	Cluster::publish_hrw(Cluster::proxy_pool, info$host, Software::register, info);
@else
	event Software::register(info);
@endif

	return T;
	}
