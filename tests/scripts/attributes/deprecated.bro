global old = 1 &deprecated;
global older = 1 &deprecated="use newer";
function f() &deprecated { print "f"; }

event bro_init()
	{
	print old, older;
	f();
	}
