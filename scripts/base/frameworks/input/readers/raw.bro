##! Settings and events of the reader of lines.
##!
##! A source that ends in `|` is a shell command, and its output is read. `$config` may hold `["stdin"]`, what the
##! command finds on its standard input; `["read_stderr"]`, whatever its value: standard error is read too, and rows
##! have a second column that tells; `["force_kill"]`: a command that does not end when asked to is killed;
##! `["offset"]`, for files: where to begin, -1 being the end.

module InputRaw;

export {
	## What stands between two records.
	const record_separator = "\n" &redef;

	## Raised when a command has ended.
	##
	## name: the stream's name.
	##
	## source: its source, the command.
	##
	## exit_code: what the command returned, or the number of the signal that ended it.
	##
	## signal_exit: whether it was a signal.
	global process_finished: event(name: string, source:string, exit_code:count, signal_exit:bool);
}
