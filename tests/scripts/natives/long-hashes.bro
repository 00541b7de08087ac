# The SHA2 digests beside SHA256, at once and step by step.
event bro_init()
	{
	print sha224_hash("a", "bc");
	print sha384_hash("abc");
	print sha512_hash("abc");

	local short = sha224_hash_init();
	local middle = sha384_hash_init();
	local long = sha512_hash_init();

	for ( part in vector("a", "b", "c") )
		{
		local text = vector("a", "b", "c")[part];
		print sha224_hash_update(short, text), sha384_hash_update(middle, text), sha512_hash_update(long, text);
		}

	print sha224_hash_finish(short) == sha224_hash("abc");
	print sha384_hash_finish(middle) == sha384_hash("abc");
	print sha512_hash_finish(long) == sha512_hash("abc");
	print sha512_hash_finish(long) == "";
	print sha256_hmac("abc") == sha256_hmac("ab", "c"), sha256_hmac("abc") == sha256_hash("abc");
	}
