# What a loop deletes before it gets there is not visited.
event bro_init()
	{
	local s = set(1, 2, 3, 4);
	for ( n in s )
		{
		print n;
		delete s[2];
		delete s[3];
		}
	print |s|;
	}
