global f: function(n: count): count;

event bro_init()
	{
	print f(1);
	}
