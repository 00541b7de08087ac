##! Raises a notice for software whose version is known to be vulnerable. The versions stand in
##! `Software::vulnerable_versions`; more of them can come from a zone of names.

@load base/frameworks/control
@load base/frameworks/notice
@load base/frameworks/software

module Software;

export {
	redef enum Notice::Type += {
		Vulnerable_Version,	##< A host runs a vulnerable version.
	};

	## Versions that are vulnerable.
	type VulnerableVersionRange: record {
		min: Software::Version &optional;	##< The first of them; without it all up to the last one are.
		max: Software::Version;	##< The last of them.
	};

	## The zone that has further versions: its names 1, 2 and so on have a text each, the software's name and the range
	## as `min=1.2` and `max=1.4`, with tabs between.
	option vulnerable_versions_update_endpoint = "";

	## How often to look there.
	option vulnerable_versions_update_interval = 1hr;

	## The versions by the software's name.
	const vulnerable_versions: table[string] of set[VulnerableVersionRange] = table() &redef;
}

# The same with what came from the zone.
global internal_vulnerable_versions: table[string] of set[VulnerableVersionRange] = table();

# Reads a range from the zone.
function decode_vulnerable_version_range(vuln_sw: string): VulnerableVersionRange
	{
	# The field must have a value; this one is below all real versions.
	local vulnerable = VulnerableVersionRange($max=[$major=0]);

	if ( /max=/ !in vuln_sw )
		{
		Reporter::warning(fmt("The vulnerable software detection script encountered a version with no max value (which is required). %s", vuln_sw));
		return vulnerable;
		}

	local ends = split_string1(vuln_sw, /\x09/);

	for ( i in ends )
		{
		local parts = split_string1(ends[i], /=/);

		if ( |parts| != 2 )
			break;

		local version = parse(parts[1])$version;

		if ( parts[0] == "min" )
			vulnerable$min = version;
		else if ( parts[0] == "max" )
			vulnerable$max = version;
		}

	return vulnerable;
	}

# Reads the zone name by name, and starts over when it is through.
event grab_vulnerable_versions(i: count)
	{
	# The zone may be set later on.
	if ( vulnerable_versions_update_endpoint == "" )
		{
		schedule vulnerable_versions_update_interval { grab_vulnerable_versions(1) };
		return;
		}

	when ( local text = lookup_hostname_txt(cat(i, ".", vulnerable_versions_update_endpoint)) )
		{
		local parts = split_string1(text, /\x09/);

		if ( |parts| != 2 )
			{
			schedule vulnerable_versions_update_interval { grab_vulnerable_versions(1) };
			return;
			}

		if ( parts[0] !in internal_vulnerable_versions )
			internal_vulnerable_versions[parts[0]] = set();

		add internal_vulnerable_versions[parts[0]][decode_vulnerable_version_range(parts[1])];
		event grab_vulnerable_versions(i + 1);
		}
	timeout 5secs
		{
		schedule 1min { grab_vulnerable_versions(1) };
		}
	}

function update_vulnerable_sw()
	{
	internal_vulnerable_versions = copy(vulnerable_versions);
	event grab_vulnerable_versions(1);
	}

event bro_init() &priority=3
	{
	update_vulnerable_sw();
	}

event Control::configuration_update() &priority=3
	{
	update_vulnerable_sw();
	}

event log_software(rec: Info)
	{
	if ( rec$name !in internal_vulnerable_versions )
		return;

	for ( vulnerable in internal_vulnerable_versions[rec$name] )
		{
		if ( cmp_versions(rec$version, vulnerable$max) > 0 )
			next;

		if ( vulnerable?$min && cmp_versions(rec$version, vulnerable$min) < 0 )
			next;

		NOTICE([$note=Vulnerable_Version, $src=rec$host, $sub=software_fmt(rec),
		        $msg=fmt("%s is running %s which is vulnerable.", rec$host, software_fmt(rec))]);
		}
	}
