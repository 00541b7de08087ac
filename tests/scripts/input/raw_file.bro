# A file line by line, from its beginning or from an offset.
type Line: record {
	s: string;
};

event line(description: Input::EventDescription, tpe: Input::Event, s: string)
	{
	print description$name, s;
	}

event bro_init()
	{
	Input::add_event([$source="parts/lines.txt", $name="all", $reader=Input::READER_RAW, $fields=Line, $ev=line,
	                  $want_record=F]);
	Input::add_event([$source="parts/lines.txt", $name="behind", $reader=Input::READER_RAW, $fields=Line, $ev=line,
	                  $want_record=F, $config=table(["offset"] = "6")]);
	Input::add_event([$source="parts/lines.txt", $name="end", $reader=Input::READER_RAW, $fields=Line, $ev=line,
	                  $want_record=F, $config=table(["offset"] = "-3")]);
	Input::add_event([$source="parts/none.txt", $name="none", $reader=Input::READER_RAW, $fields=Line, $ev=line,
	                  $want_record=F]);
	Input::add_event([$source="true|", $name="again", $reader=Input::READER_RAW, $fields=Line, $ev=line,
	                  $want_record=F, $mode=Input::REREAD]);
	}

event Input::end_of_data(name: string, source: string)
	{
	print name, "end";
	}
