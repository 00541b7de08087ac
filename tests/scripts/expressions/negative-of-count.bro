event bro_init()
	{
	local c = 5;
	print -c, type_name(-c), +c, type_name(+c), -1.5, - -3;
	}
