global t: table[string] of set[count] &default_insert=set();

event bro_init()
	{
	add t["x"][1];
	add t["x"][2];
	print |t|, |t["x"]|;
	}
