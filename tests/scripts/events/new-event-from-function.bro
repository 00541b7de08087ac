event tell(n: count) { print "told", n; }

function ask(n: count) { event tell(n); }

event bro_init()
	{
	ask(1);
	ask(2);
	print "asked";
	}
