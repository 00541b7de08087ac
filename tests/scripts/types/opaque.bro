event bro_init()
	{
	local h = md5_hash_init();
	print type_name(h);
	md5_hash_update(h, "abc");
	print md5_hash_finish(h);
	}
