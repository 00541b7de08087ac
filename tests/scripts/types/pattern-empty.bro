event bro_init()
	{
	print /a|/ == "", /()/ == "", /a*/ == "";
	}
