##! Copies closed log files to other hosts with `scp`. Set a filter's `postprocessor` to
##! `Log::scp_postprocessor` and enter its writer and path in `Log::scp_destinations`.

module Log;

export {
	## Copies a closed file to each destination of its writer and path, then deletes it. Without a destination the
	## file stays.
	##
	## info: the file.
	##
	## Returns: T.
	global scp_postprocessor: function(info: Log::RotationInfo): bool;

	## Where to copy: `user@host:path`.
	type SCPDestination: record {
		user: string;	##< Who to log in as; no password may be asked for.
		host: string;	##< The host.
		path: string;	##< The folder there.
	};

	## The destinations, by writer and path of the log.
	global scp_destinations: table[Writer, string] of set[SCPDestination];

	## How times look in the names of copies.
	const scp_rotation_date_format = "%Y-%m-%d-%H-%M-%S" &redef;
}

function scp_postprocessor(info: Log::RotationInfo): bool
	{
	if ( reading_traces() || [info$writer, info$path] !in scp_destinations )
		return T;

	local name = fmt("%s.%s.log", info$path, strftime(scp_rotation_date_format, info$open));
	local steps = "";

	for ( to in scp_destinations[info$writer, info$path] )
		steps += fmt("scp %s %s@%s:%s/%s;", info$fname, to$user, to$host, to$path, name);

	system(cat(steps, "/bin/rm ", info$fname));
	return T;
	}
