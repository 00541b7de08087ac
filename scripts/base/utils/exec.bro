##! Runs commands and waits for what they write, inside the condition of a `when`.

@load base/frameworks/input

module Exec;

export {
	## A command to run.
	type Command: record {
		## The line for the shell. What comes from elsewhere must go through `str_shell_escape` first.
		cmd: string;
		## What the command finds on its standard input.
		stdin: string &default="";
		## Files that the command writes; they are read when it has ended, and removed.
		read_files: set[string] &optional;
		## Tells this run from all others.
		uid: string &default=unique_id("");
	};

	## What came of a command.
	type Result: record {
		exit_code: count &default=0;	##< What it returned, or the number of the signal that ended it.
		signal_exit: bool &default=F;	##< Whether it was a signal.
		stdout: vector of string &optional;	##< The lines of its standard output, if any.
		stderr: vector of string &optional;	##< The lines of its standard error, if any.
		files: table[string] of string_vec &optional;	##< The lines of the files it wrote, by name.
	};

	## Runs a command. Only for conditions of `when`, which goes on when the command has ended.
	##
	## cmd: the command.
	##
	## Returns: what came of it.
	global run: function(cmd: Command): Result;
}

# A command that is not through.
type Job: record {
	result: Result;
	unread: set[string];
};

# A file that is being read, for which job.
type Reading: record {
	uid: string;
	path: string;
};

type OneLine: record {
	s: string;
	is_stderr: bool;
};

type FileLine: record {
	s: string;
};

global jobs: table[string] of Job;
# By the name of the stream.
global readings: table[string] of Reading;
global finished: table[string] of Result;

# Hands out the result once everything is there.
function finish_if_complete(uid: string)
	{
	if ( |jobs[uid]$unread| > 0 )
		return;

	finished[uid] = jobs[uid]$result;
	delete jobs[uid];
	}

event Exec::line(description: Input::EventDescription, tpe: Input::Event, s: string, is_stderr: bool)
	{
	if ( description$name !in jobs )
		return;

	local result = jobs[description$name]$result;

	if ( is_stderr )
		{
		if ( ! result?$stderr )
			result$stderr = vector();

		result$stderr += s;
		}
	else
		{
		if ( ! result?$stdout )
			result$stdout = vector();

		result$stdout += s;
		}
	}

event Exec::file_line(description: Input::EventDescription, tpe: Input::Event, s: string)
	{
	local reading = readings[description$name];
	jobs[reading$uid]$result$files[reading$path] += s;
	}

# A command that cannot be started ends nowhere else. It has the status that a shell gives it.
event Exec::trouble(description: Input::EventDescription, message: string, level: Reporter::Level)
	{
	if ( message == "Init failed" && description$name in jobs )
		{
		jobs[description$name]$unread = set();
		jobs[description$name]$result$exit_code = 127;
		finish_if_complete(description$name);
		}
	}

function file_is_through(stream: string)
	{
	local reading = readings[stream];
	delete readings[stream];
	delete jobs[reading$uid]$unread[reading$path];
	finish_if_complete(reading$uid);
	}

# A file that is not there has no lines, and no entry in the result.
event Exec::file_trouble(description: Input::EventDescription, message: string, level: Reporter::Level)
	{
	if ( level != Reporter::ERROR || description$name !in readings )
		return;

	local reading = readings[description$name];
	delete jobs[reading$uid]$result$files[reading$path];
	file_is_through(description$name);
	}

event Input::end_of_data(name: string, source: string)
	{
	if ( name !in readings )
		return;

	Input::remove(name);
	unlink(readings[name]$path);
	file_is_through(name);
	}

event InputRaw::process_finished(name: string, source: string, exit_code: count, signal_exit: bool)
	{
	if ( name !in jobs )
		return;

	local job = jobs[name];
	job$result$exit_code = exit_code;
	job$result$signal_exit = signal_exit;

	if ( |job$unread| == 0 )
		{
		finish_if_complete(name);
		return;
		}

	job$result$files = table();

	for ( path in job$unread )
		{
		local stream = fmt("%s_%s", name, path);
		readings[stream] = Reading($uid=name, $path=path);
		job$result$files[path] = vector();
		Input::add_event([$source=path, $name=stream, $reader=Input::READER_RAW, $want_record=F,
		                  $fields=FileLine, $ev=Exec::file_line, $error_ev=Exec::file_trouble]);
		}
	}

function run(cmd: Command): Result
	{
	local unread: set[string] = set();

	if ( cmd?$read_files )
		unread = copy(cmd$read_files);

	jobs[cmd$uid] = Job($result=Result(), $unread=unread);

	local settings: table[string] of string = { ["stdin"] = cmd$stdin, ["read_stderr"] = "1" };
	Input::add_event([$source=fmt("%s |", cmd$cmd), $name=cmd$uid, $reader=Input::READER_RAW, $mode=Input::STREAM,
	                  $want_record=F, $fields=OneLine, $ev=Exec::line, $error_ev=Exec::trouble, $config=settings]);

	return when ( cmd$uid in finished )
		{
		local result = finished[cmd$uid];
		delete finished[cmd$uid];
		return result;
		}
	}

# What was not read is not left lying around either.
event bro_done()
	{
	for ( uid in jobs )
		for ( path in jobs[uid]$unread )
			unlink(path);
	}
