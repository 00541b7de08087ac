type R: record { f: function(n: count): R &optional; n: count; };

function make(n: count): R { return R($n=n, $f=make); }

event bro_init()
	{
	local r = make(1);
	print r$f(2)$f(3)$n;
	}
