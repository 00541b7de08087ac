# Values of options from a file, in the options' own types; what does not fit is left out.
module Test;

export {
	option number = 1;
	option names: set[string] = {"x"};
	option numbers: vector of count = vector();
	option mode = Input::MANUAL;
	option host = 1.2.3.4;
	option wait = 1sec;
	option text = "x";
	option by_name: table[string] of count = {};
}

event InputConfig::new_value(name: string, source: string, id: string, value: any)
	{
	print id, type_name(value), value;
	print Option::set(id, value, source);
	}

type Idx: record {
	option_name: string;
};

type Val: record {
	option_value: string;
};

global texts: table[string] of string;

event bro_init()
	{
	Input::add_table([$source="parts/options.dat", $name="options", $reader=Input::READER_CONFIG, $idx=Idx, $val=Val,
	                  $want_record=F, $destination=texts]);
	}

event Input::end_of_data(name: string, source: string)
	{
	print number, names, numbers, mode, host, wait, text;
	print texts["Test::text"];
	}
