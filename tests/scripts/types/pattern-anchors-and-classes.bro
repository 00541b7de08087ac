event bro_init()
	{
	print /^a/ == "ab", /^a/ in "ab", /b$/ in "ab", /^$/ == "", /.*/ == "", /.*/ == "x\ny";
	print /[^a-c]+/ == "xyz", /[[:alpha:]_]+/ == "a_b", /[\]\-a]+/ == "]-a", /\x61/ == "a", /\141/ == "a";
	print /a{3}/ == "aaa", /a{2,}/ == "aaaa", /a?b*c+/ == "cc", /(ab|cd)*/ == "abcdab";
	print /\t/ == "\t", /\n/ == "\n", /\\/ == "\\", /\"/ == "\"", /\$/ == "$";
	}
