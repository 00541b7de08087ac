# A predicate decides about each change.
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

event bro_init()
	{
	put("keep\t1\nrefused\t2\ngoes\t3");
	Input::add_table([$source=path, $name="numbers", $idx=Idx, $val=Val, $destination=numbers, $mode=Input::REREAD,
	                  $pred(tpe: Input::Event, left: Idx, right: Val): bool =
		{
		print "asked", tpe, left$name, right$number;
		return tpe == Input::EVENT_REMOVED ? left$name == "goes" : left$name != "refused";
		}]);
	}

event Input::end_of_data(name: string, source: string)
	{
	++rounds;
	print rounds, "keep" in numbers, "refused" in numbers, "goes" in numbers;

	if ( rounds == 1 )
		put("other\t1");
	else
		{
		unlink(path);
		terminate();
		}
	}
