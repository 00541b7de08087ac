function make(n: count): table[count] of string
	{
	local t: table[count] of string;
	local i = 0;
	while ( i < n ) { t[i] = fmt("v%d", i); ++i; }
	return t;
	}

global made = make(2);

event bro_init() { print made; }
