event bro_init()
	{
	local t: table[count] of any = table([1] = 1);
	t[2] = t;
	print t;
	print |copy(t)|;
	print val_footprint(t) > 0;
	print |md5_hash(t)|;
	}
