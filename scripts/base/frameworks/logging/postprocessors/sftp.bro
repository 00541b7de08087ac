##! Copies closed log files to other hosts with `sftp`. Set a filter's `postprocessor` to
##! `Log::sftp_postprocessor` and enter its writer and path in `Log::sftp_destinations`.

module Log;

export {
	## Copies a closed file to each destination of its writer and path, then deletes it. Without a destination the
	## file stays.
	##
	## info: the file.
	##
	## Returns: T.
	global sftp_postprocessor: function(info: Log::RotationInfo): bool;

	## Where to copy.
	type SFTPDestination: record {
		user: string;	##< Who to log in as; no password may be asked for.
		host: string;	##< The host.
		host_port: count &default=22;	##< Its port.
		path: string;	##< The folder there.
	};

	## The destinations, by writer and path of the log.
	global sftp_destinations: table[Writer, string] of set[SFTPDestination];

	## How times look in the names of copies.
	const sftp_rotation_date_format = "%Y-%m-%d-%H-%M-%S" &redef;
}

function sftp_postprocessor(info: Log::RotationInfo): bool
	{
	if ( reading_traces() || [info$writer, info$path] !in sftp_destinations )
		return T;

	local name = fmt("%s.%s.log", info$path, strftime(sftp_rotation_date_format, info$open));
	local steps = "";

	for ( to in sftp_destinations[info$writer, info$path] )
		steps += fmt("echo put %s %s/%s | sftp -P %d -b - %s@%s;", info$fname, to$path, name, to$host_port, to$user,
		             to$host);

	system(cat(steps, "/bin/rm ", info$fname));
	return T;
	}
