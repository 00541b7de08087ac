event bro_init()
	{
	print "a\tb", "a\\b", "q\"q", "nl\nnl", "\x41\x42\103", "bell\a", "nul\0end", "high\xff\xfe";
	print |"nul\0end"|, |"\x41\x42"|, |""|;
	print "umlaut ä €";
	print |"ä"|;
	}
