type Op: record { name: string; run: function(a: count, b: count): count; };

global ops: vector of Op = {
	[$name="add", $run=function(a: count, b: count): count { return a + b; }],
	[$name="mul", $run=function(a: count, b: count): count { return a * b; }],
};

event bro_init()
	{
	for ( i in ops )
		print ops[i]$name, ops[i]$run(6, 7);
	}
