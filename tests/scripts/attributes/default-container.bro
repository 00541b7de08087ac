global t: table[string] of set[count] &default=set();

event bro_init()
	{
	local s = t["x"];
	add s[1];
	print |t|, |s|, |t["x"]|;
	}
