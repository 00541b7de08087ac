type R: record { a: count; b: string &optional; };
type E: enum { X };

event bro_init()
	{
	local f: function(a: count, b: string): bool;
	local r: R = [$a=1];
	print type_name(T), type_name(1), type_name(+1), type_name(1.0), type_name("s"), type_name(/p/);
	print type_name(1 sec), type_name(current_time()), type_name(1/tcp), type_name(1.1.1.1), type_name(1.0.0.0/8);
	print type_name(X), type_name(r), type_name(set(1)), type_name(table([1] = "x")), type_name(vector(1));
	print type_name(bro_init), type_name(bro_done);
	print type_name(table([1, "a"] = vector(1.0)));
	print type_name(record_fields(r));
	}
