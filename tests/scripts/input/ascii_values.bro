# A table of plain values, and a set.
type Idx: record {
	name: string;
};

type Val: record {
	number: count;
};

global numbers: table[string] of count;
global names: set[string];

event bro_init()
	{
	local config = table(["separator"] = ";");
	Input::add_table([$source="parts/semicolons.txt", $name="numbers", $idx=Idx, $val=Val, $want_record=F,
	                  $destination=numbers, $config=config]);
	Input::add_table([$source="parts/semicolons.txt", $name="names", $idx=Idx, $destination=names, $config=config]);
	}

event Input::end_of_data(name: string, source: string)
	{
	if ( name == "numbers" )
		print numbers["one"], numbers["two"];
	else
		print names;
	}
