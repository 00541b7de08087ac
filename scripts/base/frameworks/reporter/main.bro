##! Writes the reporter's messages to `reporter.log`. Whether they are also printed is for
##! `Reporter::info_to_stderr`, `Reporter::warnings_to_stderr` and
##! `Reporter::errors_to_stderr` to say.

module Reporter;

export {
	redef enum Log::ID += { LOG };

	## A line of `reporter.log`.
	type Info: record {
		ts: time &log;	##< When it was written.
		level: Level &log;	##< How grave it is.
		message: string &log;	##< The message.
		location: string &log &optional;	##< The script and line it comes from, if any.
	};
}

event bro_init() &priority=5
	{
	Log::create_stream(Reporter::LOG, [$columns=Info, $path="reporter"]);
	}

event reporter_info(t: time, msg: string, location: string) &priority=-5
	{
	Log::write(Reporter::LOG, [$ts=t, $level=INFO, $message=msg, $location=location]);
	}

event reporter_warning(t: time, msg: string, location: string) &priority=-5
	{
	Log::write(Reporter::LOG, [$ts=t, $level=WARNING, $message=msg, $location=location]);
	}

event reporter_error(t: time, msg: string, location: string) &priority=-5
	{
	Log::write(Reporter::LOG, [$ts=t, $level=ERROR, $message=msg, $location=location]);
	}
