event bro_init()
	{
	local either = /foo/ | /bar/;
	print either == "foo", either == "bar", either == "foobar";
	local both = /foo/ & /bar/;
	print both == "foobar", both == "foo";
	print either;
	print both;
	print /foo/ | /bar/i;
	}
