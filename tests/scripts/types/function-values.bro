function double_it(n: count): count { return n * 2; }

function apply(f: function(n: count): count, n: count): count
	{
	return f(n);
	}

event bro_init()
	{
	local f: function(n: count): count = double_it;
	print f(4), apply(double_it, 5);
	print apply(function(n: count): count { return n + 100; }, 5);
	f = function(n: count): count { return n - 1; };
	print f(4);
	print double_it;
	print type_name(double_it);
	}
