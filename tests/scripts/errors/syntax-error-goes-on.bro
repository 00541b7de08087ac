function a( { }

function b(): count { return nowhere; }

event bro_init()
	{
	print "x"
	}

event bro_init() { print also_nowhere; }
