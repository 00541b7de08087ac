type Info: record {
	a: count &log;
	b: string &log &optional;
	c: count &default=3;
};

type All: record { x: count; y: string; } &log;

event bro_init()
	{
	for ( name, field in record_fields(Info($a=1)) )
		print name, field$log;
	for ( name, field in record_fields(All($x=1, $y="")) )
		print name, field$log;
	}
