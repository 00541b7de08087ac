event bro_init()
	{
	print "a";
@if ( T )
	print "b";
@else
	print "wrong";
@endif
	local v = vector(1,
@if ( F )
		2,
@endif
		3);
	print v;
	}
