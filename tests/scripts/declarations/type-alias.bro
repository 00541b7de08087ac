type Names: set[string];
type Callback: function(n: count): string;
type Pair: record { a: count; b: Names; };
type PairTable: table[string] of Pair;

event bro_init()
	{
	local n: Names = { "x" };
	local c: Callback = function(n: count): string { return cat(n); };
	local t: PairTable;
	t["k"] = [$a=1, $b=n];
	print n, c(5), t;
	}
