type R: record { a: count; };

function describe(t: any)
	{
	print t, type_name(t);
	}

event bro_init()
	{
	describe(R);
	local x: any = R;
	print x;
	for ( name, field in record_fields(R) )
		print name, field$type_name;
	}
