event bro_init()
	{
	if ( T )
		{
		local inner = "from the block";
		}
	print inner;
	}
