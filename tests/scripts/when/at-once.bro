event bro_init()
	{
	when ( T )
		{
		print "inside";
		}
	print "outside";
	}
