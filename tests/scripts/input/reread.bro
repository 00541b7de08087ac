# A source that is read as a whole again: what came, changed and went.
redef Threading::heartbeat_interval = 10msec;
redef exit_only_after_terminate = T;

type Idx: record {
	name: string;
};

type Val: record {
	number: count;
};

global path = "/tmp/brood-test-" + unique_id("");
global numbers: table[string] of Val;
global rounds = 0;

function put(text: string)
	{
	local out = open(path + ".new");
	write_file(out, "name\tnumber\n");
	write_file(out, text + "\n");
	close(out);
	rename(path + ".new", path);
	}

event row(description: Input::TableDescription, tpe: Input::Event, left: Idx, right: Val)
	{
	print tpe, left$name, right$number;
	}

event bro_init()
	{
	put("a\t1\nb\t2\nc\t3");
	Input::add_table([$source=path, $name="numbers", $idx=Idx, $val=Val, $destination=numbers, $ev=row,
	                  $mode=Input::REREAD]);
	}

event Input::end_of_data(name: string, source: string)
	{
	++rounds;
	print rounds, |numbers|, "a" in numbers ? numbers["a"]$number : 0;
	switch ( rounds ) {
	case 1:
		put("a\t10\nb\t2\nd\t4");
		break;
	case 2:
		put("e\t5");
		break;
	default:
		unlink(path);
		terminate();
		break;
	}
	}
