# A function that ends without its result is warned of, with the calls that led there.
function sometimes(n: count): count
	{
	if ( n > 3 )
		return n;
	}

function outer(n: count): string
	{
	return fmt("%d", sometimes(n));
	}

event bro_init()
	{
	print outer(4);
	sometimes(1);
	print outer(2);
	print "not reached by the value, but by the handler";
	}
