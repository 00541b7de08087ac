type Key: record { a: count; b: string &optional; };

event bro_init()
	{
	local t: table[Key] of string;
	t[[$a=1]] = "one";
	t[Key($a=1, $b="x")] = "one x";
	print |t|;
	print t[[$a=1]], t[Key($a=1, $b="x")];
	print Key($a=2) in t;
	t[[$a=1]] = "again";
	print |t|, t;
	}
