# The rows of a query, of a file that the log writer made.
redef exit_only_after_terminate = T;
redef enum Log::ID += { LOG };

type Row: record {
	name: string &log;
	number: count &log;
	address: addr &log;
	net: subnet &log;
	service: port &log;
	tags: set[string] &log;
	ratio: double &log;
	good: bool &log;
	missing: string &log &optional;
};

global path = "/tmp/brood-test-" + unique_id("");

event row(description: Input::EventDescription, tpe: Input::Event, row: Row)
	{
	print row;
	}

event trouble(description: Input::EventDescription, message: string, level: Reporter::Level)
	{
	if ( /^Req/ in message )
		print message;
	}

event bro_init()
	{
	Log::create_stream(LOG, [$columns=Row]);
	Log::remove_default_filter(LOG);
	Log::add_filter(LOG, [$name="sqlite", $path=path, $writer=Log::WRITER_SQLITE, $config=table(["tablename"] = "t")]);
	Log::write(LOG, Row($name="a", $number=1, $address=10.0.0.1, $net=10.0.0.0/8, $service=80/tcp, $tags=set("x", "y"),
	                    $ratio=0.5, $good=T));
	Log::write(LOG, Row($name="b", $number=2, $address=[::1], $net=[2001:db8::]/32, $service=53/udp, $tags=set(),
	                    $ratio=2.0, $good=F, $missing="no"));
	Input::add_event([$source=path, $name="rows", $reader=Input::READER_SQLITE, $fields=Row, $ev=row,
	                  $config=table(["query"] = "select * from t order by number desc")]);
	}

event Input::end_of_data(name: string, source: string)
	{
	print name;
	unlink(path + ".sqlite");
	terminate();
	}
