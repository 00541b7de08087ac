global n: count;

function f(): count { return n + 1; }

event bro_init()
	{
	print f();
	print "goes on";
	}
