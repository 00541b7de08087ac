event bro_init()
	{
	local e: set[string];
	for ( s in e ) print "wrong";
	for ( c in "" ) print "wrong";
	for ( i in vector() ) print "wrong";
	print "right";
	}
