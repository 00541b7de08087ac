# Records may end in any text.
redef InputRaw::record_separator = "et";

type Line: record {
	s: string;
};

event line(description: Input::EventDescription, tpe: Input::Event, s: string)
	{
	print s;
	}

event bro_init()
	{
	Input::add_event([$source="parts/lines.txt", $name="all", $reader=Input::READER_RAW, $fields=Line, $ev=line,
	                  $want_record=F]);
	}
