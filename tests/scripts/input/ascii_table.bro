# A file like a log fills a table; each row is an event of the table.
type Idx: record {
	name: string;
};

type Val: record {
	number: count;
	address: addr;
	service: port &type_column="proto";
	tags: set[string];
	seen: time &optional;
	missing: string &optional;
};

global hosts: table[string] of Val;

event row(description: Input::TableDescription, tpe: Input::Event, left: Idx, right: Val)
	{
	print tpe, left$name, right$number, right$address, right$service, |right$tags|, right?$seen;
	}

event bro_init()
	{
	print Input::add_table([$source="parts/hosts.log", $name="hosts", $idx=Idx, $val=Val, $destination=hosts, $ev=row]);
	print |hosts|;
	}

event Input::end_of_data(name: string, source: string)
	{
	print name, source, |hosts|;
	print hosts["first"];
	print Input::remove(name), Input::remove("none");
	}
