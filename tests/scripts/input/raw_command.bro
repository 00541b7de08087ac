# A command that reads what it is given; both of its outputs are read, and its end is told.
redef exit_only_after_terminate = T;

type Line: record {
	s: string;
	is_stderr: bool;
};

# Which of two outputs is read first is not said.
global lines: vector of string = vector();
global errors: vector of string = vector();

event line(description: Input::EventDescription, tpe: Input::Event, s: string, is_stderr: bool)
	{
	if ( is_stderr )
		errors += s;
	else
		lines += s;
	}

event bro_init()
	{
	Input::add_event([$source="cat; echo oops >&2; kill -9 $$|", $name="command", $reader=Input::READER_RAW,
	                  $fields=Line, $ev=line, $want_record=F, $mode=Input::STREAM,
	                  $config=table(["stdin"] = "one\ntwo", ["read_stderr"] = "1")]);
	}

event Input::end_of_data(name: string, source: string)
	{
	print name, "end", lines, errors;
	}

event InputRaw::process_finished(name: string, source: string, exit_code: count, signal_exit: bool)
	{
	print name, source, exit_code, signal_exit;
	terminate();
	}
