event bro_init()
	{
	print /foo/i == "FoO", /foo/i in "xFOOx";
	print /a(?i:bc)d/ == "aBCd", /a(?i:bc)d/ == "ABCD";
	print /"Foo"/i == "foo", /"Foo"/ == "Foo";
	print /foo/i;
	}
