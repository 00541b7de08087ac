global table_of_functions: table[count] of function(s: string);

event bro_init()
	{
	table_of_functions[1] = function(s: string) { print "one", s; };
	table_of_functions[1]("x");
	local r = [$f=function(n: count): count { return n + 1; }];
	print r$f(1);
	}
