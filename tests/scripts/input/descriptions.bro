# Descriptions that do not fit are refused, with Bro's words.
type Idx: record {
	name: string;
};

type Two: record {
	a: count;
	b: count;
};

type One: record {
	a: count;
};

type Unreadable: record {
	a: file;
};

type Accepted: record {
	a: count;
	f: function() &optional;
};

global t1: table[string] of Two;
global t2: table[string] of count;
global t3: table[string, count] of Two;
global t4: table[count] of Two;
global t5: table[string] of Unreadable;

function no_event(description: Input::EventDescription, tpe: Input::Event, row: One)
	{
	}

event few(description: Input::EventDescription)
	{
	}

event wrong_first(description: Input::TableDescription, tpe: Input::Event, row: One)
	{
	}

event wrong_second(description: Input::EventDescription, tpe: string, row: One)
	{
	}

event good(description: Input::EventDescription, tpe: Input::Event, row: One)
	{
	}

event single(description: Input::EventDescription, tpe: Input::Event, a: string)
	{
	}

event table_row(description: Input::TableDescription, tpe: Input::Event, left: Idx, right: One)
	{
	}

event trouble(description: Input::TableDescription, message: string, level: string)
	{
	}

event accepted(description: Input::EventDescription, tpe: Input::Event, row: Accepted)
	{
	}

event bro_init()
	{
	Input::add_event([$source="x", $name="1", $fields=One, $ev=no_event]);
	Input::add_event([$source="x", $name="2", $fields=One, $ev=few]);
	Input::add_event([$source="x", $name="3", $fields=One, $ev=wrong_first]);
	Input::add_event([$source="x", $name="4", $fields=One, $ev=wrong_second]);
	Input::add_event([$source="x", $name="5", $fields=Two, $ev=good]);
	Input::add_event([$source="x", $name="6", $fields=One, $ev=single, $want_record=F]);
	Input::add_event([$source="x", $name="7", $fields=Two, $ev=single, $want_record=F]);
	Input::add_event([$source="x", $name="8", $fields=One, $ev=good, $error_ev=trouble]);
	Input::add_event([$source="x", $name="9", $fields=Accepted, $ev=accepted]);
	Input::add_table([$source="x", $name="10", $idx=Idx, $val=One, $destination=t1]);
	Input::add_table([$source="x", $name="11", $idx=Idx, $val=Two, $destination=t2, $want_record=F, $ev=table_row]);
	Input::add_table([$source="x", $name="12", $idx=Idx, $val=Two, $destination=t3]);
	Input::add_table([$source="x", $name="13", $idx=Idx, $val=Two, $destination=t4]);
	Input::add_table([$source="x", $name="14", $idx=Idx, $val=Two, $destination=t1, $ev=table_row]);
	Input::add_table([$source="x", $name="15", $idx=Idx, $val=Two, $destination=t1, $error_ev=trouble]);
	Input::add_table([$source="x", $name="16", $idx=Idx, $val=Unreadable, $destination=t5]);
	print Input::add_analysis([$source="x", $name="17"]);
	}
