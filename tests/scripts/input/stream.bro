# What is added to the end of a file is read as it comes.
redef Threading::heartbeat_interval = 10msec;
redef exit_only_after_terminate = T;

type Row: record {
	name: string;
};

global path = "/tmp/brood-test-" + unique_id("");

function append(text: string)
	{
	local out = open_for_append(path);
	write_file(out, text + "\n");
	close(out);
	}

event row(description: Input::EventDescription, tpe: Input::Event, row: Row)
	{
	print tpe, row$name;

	if ( row$name == "b" )
		append("c\nd");
	else if ( row$name == "d" )
		{
		unlink(path);
		terminate();
		}
	}

event bro_init()
	{
	append("name\na\nb");
	Input::add_event([$source=path, $name="stream", $fields=Row, $ev=row, $mode=Input::STREAM]);
	}
