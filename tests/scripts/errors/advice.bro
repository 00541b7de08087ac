# What people write who know other languages: each mistake is told with what to write instead.
type Seen: record {
	host: addr,
};

global names: set(string);
global limit: count = 1 &redf;
global ttl: table[string] of count &create_expires=1min;
global on = true;
global name = 'worker-1';

function longest(list): count
	{
	return 1;
	}

function twice(x: count) -> count
	{
	return 2 * x;
	}

event one()
	{
	var x = 1;
	}

event two()
	{
	count x = 1;
	}

event three()
	{
	if ( T and F )
		print 1;
	}

event four()
	{
	if ( not T )
		print 1;
	}

event five()
	{
	if ( T ) print 1;
	elif ( F ) print 2;
	}

event six()
	{
	for ( i = 0; i < 3; ++i )
		print i;
	}

event seven()
	{
	local x = 1
	print x;
	}

event eight(x: count)
	{
	if ( x = 1 )
		print x;
	}

event nine(s: Seen)
	{
	print s.host;
	}

event ten(x: count)
	{
	x++;
	}

event eleven(s: string)
	{
	if ( s ~ /x/ )
		print s;
	}

event twelve()
	{
	print fe80::1;
	}

event thirteen()
	{
	global x = 1;
	}

event fourteen()
	{
	print "a brace is missing";

event fifteen()
	{
	print "and the rest is read", nothing;
	}

@laod base/utils/site
@if T
