event bro_init()
	{
	;
	;;
	{ }
	if ( T ) ; else ;
	print "end";
	}
