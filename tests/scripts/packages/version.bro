# Versions are taken apart and compared.

@load base/misc/version

event bro_init()
	{
	local texts = vector("2.6.4", "2.6", "2.5-beta2-12-debug", "2.4-12");

	for ( i in texts )
		print Version::parse(texts[i]);

	print Version::at_least("1.5"), Version::at_least("9.9.9"), Version::number == Version::info$version_number;
	}
