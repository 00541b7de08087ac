event bro_init()
	{
	print @FILENAME;
	print |@DIR| > 0;
	}
