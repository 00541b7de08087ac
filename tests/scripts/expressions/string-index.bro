event bro_init()
	{
	local s = "hello";
	print s[0], s[4], s[-1], s[-5], s[5] == "", s[-6] == "";
	print s[1:3], s[:2], s[3:], s[:], s[-3:], s[-3:-1], s[1:100], s[3:1] == "";
	print s[0:0] == "", s[2:2] == "";
	}
