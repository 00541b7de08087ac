function plus(a: count, b: count): count { return a + b; }
function times(a: count, b: count): count { return a * b; }

global ops: table[string] of function(a: count, b: count): count = {
	["plus"] = plus,
	["times"] = times,
};

event bro_init()
	{
	for ( name in ops )
		print name, ops[name](6, 7);
	}
