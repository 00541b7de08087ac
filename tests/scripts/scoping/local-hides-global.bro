global x = "global";

function f()
	{
	local x = "local";
	print x;
	}

event bro_init()
	{
	f();
	print x;
	}
