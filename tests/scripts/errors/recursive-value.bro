type R: record { name: string; self: R &optional; };

event bro_init()
	{
	local r: R = [$name="x"];
	r$self = r;
	print r$self$self$name;
	print r;
	print copy(r)$self$name;
	local t: table[count] of any;
	t[1] = t;
	print t;
	}
