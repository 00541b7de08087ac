# Rows as events: with a record, and with each field by itself; a record may stand in the record.
type Inner: record {
	number: count;
};

type Row: record {
	name: string;
	service: port;
};

type Deep: record {
	name: string;
	x: Inner;
};

event whole(description: Input::EventDescription, tpe: Input::Event, row: Row)
	{
	print description$name, tpe, row;
	}

event parts(description: Input::EventDescription, tpe: Input::Event, name: string, service: port)
	{
	print description$name, tpe, name, service;
	}

event deep(description: Input::EventDescription, tpe: Input::Event, row: Deep)
	{
	print description$name, tpe, row;
	}

event bro_init()
	{
	Input::add_event([$source="parts/hosts.log", $name="whole", $fields=Row, $ev=whole]);
	Input::add_event([$source="parts/hosts.log", $name="parts", $fields=Row, $ev=parts, $want_record=F]);
	Input::add_event([$source="parts/deep.txt", $name="deep", $fields=Deep, $ev=deep]);
	}
