type R: record { a: count; b: count; c: count &optional; };
type E: enum { ZERO, ONE, TWO };

function f(a: count, b: string) { }

event bro_init()
	{
	print |5|, |-5|, |-2.5|, |2.5|, |"abc"|, |set(1, 2)|, |vector(1, 2, 3)|, |table([1] = 2)|;
	print |-5 secs|, |1.2.3.4|, |[::1]|, |10.0.0.0/24|, |80/tcp|, |TWO|;
	local r: R = [$a=1, $b=2];
	print |r|, |f|, |T|, |F|;
	print |double_to_time(5.5)|;
	}
