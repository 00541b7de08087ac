# Trouble with files is a warning, or an error where that is asked for.
type Row: record {
	name: string;
	nowhere: string;
};

event row(description: Input::EventDescription, tpe: Input::Event, row: Row)
	{
	}

event Input::end_of_data(name: string, source: string)
	{
	print "end", name;
	}

event bro_init()
	{
	local strict = table(["fail_on_file_problem"] = "T");
	Input::add_event([$source="parts/none.txt", $name="a", $fields=Row, $ev=row]);
	Input::add_event([$source="parts/none.txt", $name="b", $fields=Row, $ev=row, $config=strict]);
	Input::add_event([$source="parts/hosts.log", $name="c", $fields=Row, $ev=row]);
	Input::add_event([$source="parts/empty.txt", $name="d", $fields=Row, $ev=row]);
	}
