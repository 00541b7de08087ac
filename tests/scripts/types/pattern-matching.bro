event bro_init()
	{
	print /foo/ == "foo", /foo/ == "foobar", /foo/ in "xfoox", /foo/ in "fo";
	print "foo" == /foo/, /foo/ != "bar", "foo" != /foo/;
	print /foo/ !in "bar", /^foo/ in "xfoo", /foo$/ in "xfoo", /foo$/ in "foox";
	print /(foo|bar)+/ == "foobarfoo";
	print /a.c/ == "abc", /a.c/ == "a\nc";
	print /[a-z]+[^0-9]/ == "abcX", /[[:digit:]]{2,3}/ == "1234", /[[:digit:]]{2,3}/ == "123";
	print /\x41\d/ == "A5", /\// == "/", /\./ == ".";
	}
