event bro_init()
	{
	local a = md5_hash_init();
	md5_hash_update(a, "x");
	local b = copy(a);
	md5_hash_update(b, "y");
	print md5_hash_finish(a) == md5_hash("x"), md5_hash_finish(b) == md5_hash("xy");
	}
