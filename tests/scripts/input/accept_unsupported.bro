# Optional fields that cannot be read stay unset where that is accepted.
redef Input::accept_unsupported_types = T;

type Row: record {
	name: string;
	f: function() &optional;
	number: count;
};

event row(description: Input::EventDescription, tpe: Input::Event, row: Row)
	{
	print row$name, row?$f, row$number;
	}

event bro_init()
	{
	Input::add_event([$source="parts/hosts.log", $name="rows", $fields=Row, $ev=row]);
	}
