event bro_init()
	{
	break;
	}
