function a()
	{
	print (1;
	}

function b(): count { return nowhere; }

event bro_init()
	{
	print "x"
	}

global = 5;

event bro_init() { print also_nowhere; }
