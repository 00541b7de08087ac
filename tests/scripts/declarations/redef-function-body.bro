global f: function(): count = function(): count { return 1; } &redef;
redef f = function(): count { return 2; };

event bro_init()
	{
	print f();
	}
