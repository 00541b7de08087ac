event bro_init()
	{
	print @FILENAME;
	print /.*\/directives\/(\.\/)?parts/ == @DIR;
	}
