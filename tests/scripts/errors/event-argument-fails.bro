event tell(n: count) { print n; }

event bro_init()
	{
	local t: table[count] of count;
	event tell(t[1]);
	event tell(2);
	}
