# A script says when a source is read again; rows that are the same stay quiet.
type Idx: record {
	name: string;
};

type Val: record {
	number: count;
};

global numbers: table[string] of count;
global times = 0;

event row(description: Input::TableDescription, tpe: Input::Event, left: Idx, right: count)
	{
	print tpe, left, right;
	}

event bro_init()
	{
	print Input::force_update("numbers");
	Input::add_table([$source="parts/semicolons.txt", $name="numbers", $idx=Idx, $val=Val, $want_record=F, $ev=row,
	                  $destination=numbers, $config=table(["separator"] = ";")]);
	print Input::add_table([$source="x", $name="numbers", $idx=Idx, $val=Val, $want_record=F, $destination=numbers]);
	}

event Input::end_of_data(name: string, source: string)
	{
	print "end";

	if ( ++times < 3 )
		print Input::force_update(name);
	else
		{
		print Input::remove(name), Input::remove(name);
		print Input::force_update(name);
		}
	}
