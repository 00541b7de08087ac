type R: record { a: count; b: string &optional &log; };
type E: enum { A, B };

event bro_init()
	{
	local r: R = [$a=1];
	print type_name(r);
	print type_name([$x=1, $y=vector("a")]);
	}
