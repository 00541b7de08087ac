local t:table[count]of any=([1] = 1);
	t[2] = t; |md5_hash(t)|;
