# Lines that cannot be read are left out; who wants to hears of them.
type Row: record {
	name: string;
	number: count;
	good: bool;
};

event row(description: Input::EventDescription, tpe: Input::Event, row: Row)
	{
	print row;
	}

event trouble(description: Input::EventDescription, message: string, level: Reporter::Level)
	{
	print description$name, level, message;
	}

event bro_init()
	{
	Input::add_event([$source="parts/bad.txt", $name="lenient", $fields=Row, $ev=row, $error_ev=trouble]);
	}

event Input::end_of_data(name: string, source: string)
	{
	print "end", name;
	Input::add_event([$source="parts/bad.txt", $name="strict", $fields=Row, $ev=row, $error_ev=trouble,
	                  $config=table(["fail_on_invalid_lines"] = "T")]);
	}
