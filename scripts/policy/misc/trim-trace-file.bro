##! Starts the file of recorded packets anew from time to time and throws the old one away, so that a worker's disk
##! does not fill.

module TrimTraceFile;

export {
	## How often. Zero or less does it never.
	const trim_interval = 10 mins &redef;

	## Raised when it is time. Other scripts may raise it too, with F for at once; the rhythm then starts anew beside the
	## old one.
	global go: event(first_trim: bool);
}

event TrimTraceFile::go(first_trim: bool)
	{
	if ( trace_output_file == "" || bro_is_terminating() )
		return;

	if ( ! first_trim )
		{
		local rotated = rotate_file_by_name(trace_output_file);

		if ( rotated$old_name != "" )
			unlink(rotated$new_name);
		}

	schedule trim_interval { TrimTraceFile::go(F) };
	}

event bro_init()
	{
	# Without a trace there is nothing to wait for.
	if ( trace_output_file != "" && trim_interval > 0 secs )
		schedule trim_interval { TrimTraceFile::go(T) };
	}
