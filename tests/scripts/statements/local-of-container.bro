event bro_init()
	{
	local s: set[count] = {};
	local t: table[string] of count = {};
	local v: vector of string = {};
	local u = set("a") | set("b");
	print |s|, |t|, |v|, |u|;
	}
